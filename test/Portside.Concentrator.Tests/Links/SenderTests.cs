using Portside.Concentrator.Links;
using Portside.Concentrator.Tests.InMemory;
using Xunit;

namespace Portside.Concentrator.Tests.Links;

/// <summary>The one writer of a connection: nothing is lost, nothing sent twice, and never by two threads at once.</summary>
public sealed class SenderTests
{
    [Fact]
    public void It_sends_on_the_thread_that_wakes_it()
    {
        var sender = new Recorder();
        sender.Say(3);
        Assert.Equal([0, 1, 2], sender.Sent);
        Assert.Equal(Environment.CurrentManagedThreadId, sender.LastThread);
    }

    [Fact]
    public async Task Who_wakes_it_gets_back_to_work_however_much_there_is_to_send()
    {
        // Each time something is sent there is more to say, for as long as the waker is kept.
        const int Endless = 100_000;
        var sender = new Recorder();
        var awake = true;
        sender.OnSent = () =>
        {
            if (Volatile.Read(ref awake) && sender.Sent.Count < Endless)
                sender.Say(1);
        };
        sender.Say(1);
        Volatile.Write(ref awake, false);
        await sender.WhenIdleAsync().WaitAsync(Patience.Limit);
        Assert.InRange(sender.Sent.Count, 1, Endless - 1);
        Assert.Equal(Enumerable.Range(0, sender.Sent.Count), sender.Sent);
    }

    [Fact]
    public async Task What_is_said_during_a_send_goes_out_after_it()
    {
        var sender = new Recorder { Gate = new() };
        sender.Say(1);
        sender.Say(2);
        var idle = sender.WhenIdleAsync();
        Assert.False(idle.IsCompleted);
        sender.Gate.SetResult();
        await idle.WaitAsync(Patience.Limit);
        Assert.Equal([0, 1, 2], sender.Sent);
    }

    [Fact]
    public async Task Many_threads_may_wake_it()
    {
        var sender = new Recorder { Yields = true };
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 2000; i++)
                sender.Say(1);
        }))).WaitAsync(Patience.Limit);
        await sender.WhenIdleAsync().WaitAsync(Patience.Limit);
        Assert.Equal(Enumerable.Range(0, 16_000), sender.Sent);
    }

    [Fact]
    public async Task Asking_whether_it_is_idle_is_always_answered()
    {
        var sender = new Recorder { Yields = true };
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 2000; i++)
            {
                sender.Say(1);
                await sender.WhenIdleAsync();
            }
        }))).WaitAsync(Patience.Limit);
        Assert.Equal(8000, sender.Sent.Count);
    }

    [Fact]
    public async Task After_a_failure_it_asks_for_nothing_more_and_is_idle()
    {
        var sender = new Recorder { Fails = true };
        sender.Say(1);
        Assert.Equal(1, sender.Failures);
        sender.Say(1);
        await sender.WhenIdleAsync().WaitAsync(Patience.Limit);
        Assert.Equal(1, sender.Failures);
        Assert.Empty(sender.Sent);
    }

    [Fact]
    public async Task A_failure_while_somebody_waits_for_idleness_is_an_answer()
    {
        var sender = new Recorder { Gate = new() };
        sender.Say(1);
        var idle = sender.WhenIdleAsync();
        sender.Gate.SetException(new IOException("gone"));
        await idle.WaitAsync(Patience.Limit);
        Assert.Equal(1, sender.Failures);
    }

    private sealed class Recorder : Sender
    {
        private readonly Lock _lock = new();
        private int _said;
        private int _taken;
        private int _inside;

        public List<int> Sent { get; } = [];

        public TaskCompletionSource? Gate { get; set; }

        public bool Yields { get; init; }

        public Action? OnSent { get; set; }

        public bool Fails { get; init; }

        public int Failures { get; private set; }

        public int LastThread { get; private set; }

        protected override int ChunkBytes => 4;

        public void Say(int count)
        {
            lock (_lock)
                _said += count;
            Wake();
        }

        protected override int Fill(Span<byte> chunk)
        {
            Enter();
            lock (_lock)
            {
                _inside--;
                if (_taken == _said)
                    return 0;
                BitConverter.TryWriteBytes(chunk, _taken++);
                return 4;
            }
        }

        protected override async ValueTask SendAsync(ReadOnlyMemory<byte> chunk)
        {
            Enter();
            if (Fails)
                throw new IOException("broken");
            if (Gate is { } gate)
                await gate.Task;
            if (Yields && Sent.Count % 3 == 0)
                await Task.Yield();
            Sent.Add(BitConverter.ToInt32(chunk.Span));
            LastThread = Environment.CurrentManagedThreadId;
            lock (_lock)
                _inside--;
            OnSent?.Invoke();
        }

        protected override void OnSendFailed(Exception error) => Failures++;

        private void Enter()
        {
            lock (_lock)
                Assert.Equal(1, ++_inside);
        }
    }
}
