using System.Text;
using CsCheck;
using Portside.Host.Ports;

namespace Portside.Host.Tests.Ports;

public class LineQueueTests
{
    /// <summary>Appends, breaks, takes and moves against a list that does the same slowly.</summary>
    [Fact]
    public void Bytes_and_breaks_come_out_as_they_went_in() => Gen.Int[0, 9].Array[0, 60].Sample(steps =>
    {
        var queue = new LineQueue();
        var other = new LineQueue();
        var given = new StringBuilder();
        var taken = new StringBuilder();
        var next = 'a';
        var scratch = new byte[3];
        foreach (var step in steps)
        {
            switch (step)
            {
                case < 4:
                    for (var i = 0; i < step; i++, next = next == 'z' ? 'a' : (char)(next + 1))
                    {
                        queue.Append([(byte)next]);
                        given.Append(next);
                    }

                    break;
                case < 6:
                    queue.AppendBreak();
                    given.Append('!');
                    break;
                case < 9:
                    Take(queue);
                    break;
                default:
                    // What waits moves behind nothing, as a vMotion's destination hands its input over.
                    queue.MoveTo(other);
                    (queue, other) = (other, queue);
                    break;
            }
        }

        while (taken.Length < given.Length)
            Take(queue);
        Assert.Equal(given.ToString(), taken.ToString());
        Assert.Equal(0, queue.Count);
        Assert.False(queue.TakeBreak());

        void Take(LineQueue from)
        {
            if (from.TakeBreak())
                taken.Append('!');
            else
                taken.Append(Encoding.ASCII.GetString(scratch, 0, from.Take(scratch)));
        }
    });
}
