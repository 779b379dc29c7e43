using System.Text;
using Portside.EndToEnd.Tests.Processes;
using Portside.Host.Guests;
using Portside.Host.Ports;

namespace Portside.EndToEnd.Tests.Machines;

/// <summary>A guest that says what a test says, and keeps what it is told.</summary>
internal sealed class ScriptedGuest : IGuest
{
    private readonly TaskCompletionSource<ISerialLine> _line = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What came to the machine.</summary>
    public Transcript Received { get; } = new("what the machine received");

    /// <summary>Says something; one caller at a time.</summary>
    public Task SayAsync(string text) => SayAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Says something; one caller at a time.</summary>
    public async Task SayAsync(ReadOnlyMemory<byte> bytes)
    {
        var line = await _line.Task.WaitAsync(Patience.Limit);
        using var limit = new CancellationTokenSource(Patience.Limit);
        await line.WriteAsync(bytes, limit.Token);
    }

    public async Task<GuestExit> RunAsync(ISerialLine line, TimeProvider time, CancellationToken cancellation)
    {
        _line.TrySetResult(line);
        var buffer = new byte[16 * 1024];
        while (await line.ReadAsync(buffer, cancellation) is var length and > 0)
            Received.Append(buffer.AsSpan(0, length));
        return GuestExit.PowerOff;
    }
}
