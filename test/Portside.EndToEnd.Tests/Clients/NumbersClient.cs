using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Serving;
using Portside.Host.Guests;

namespace Portside.EndToEnd.Tests.Clients;

/// <summary>A program on a console that sends a numbered stream and checks the one it receives.</summary>
internal sealed class NumbersClient : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    private readonly Lock _lock = new();
    private readonly NumberedStreamVerifier _verifier;
    private readonly NumberedStreamWriter _writer;
    private readonly CancellationTokenSource _quiet = new();
    private PlainConsole _console = null!;
    private Task _speaking = Task.CompletedTask;

    private NumbersClient(int padding) => (_verifier, _writer) = (new(padding), new(padding));

    /// <summary>Records sent.</summary>
    public long Sent => (long)_writer.Next;

    /// <summary>Whether nothing of what it heard was lost, doubled or garbled.</summary>
    public bool IsClean
    {
        get
        {
            lock (_lock)
                return _verifier.IsClean;
        }
    }

    /// <summary>Number of the next record it should hear.</summary>
    public long Expected
    {
        get
        {
            lock (_lock)
                return (long)_verifier.Expected;
        }
    }

    /// <summary>What it heard, for people.</summary>
    public string Story
    {
        get
        {
            lock (_lock)
                return $"{_verifier.Received} records heard, {_verifier.Lost} lost, {_verifier.Duplicated} doubled, {_verifier.Garbled} garbled; {Sent} sent";
        }
    }

    /// <summary>Attaches and begins to speak.</summary>
    public static async Task<NumbersClient> StartAsync(PortsideProcess server, string port, int padding, int recordsPerTick)
    {
        var client = new NumbersClient(padding);
        client._console = await PlainConsole.AttachAsync(server, port, "name=numbers", client.Hear);
        client._speaking = client.SpeakAsync(recordsPerTick);
        return client;
    }

    /// <summary>Falls silent; what it sent is on its way.</summary>
    public async Task StopSpeakingAsync()
    {
        await _quiet.CancelAsync();
        await _speaking.WaitAsync(Patience.Limit);
    }

    public async ValueTask DisposeAsync()
    {
        await _quiet.CancelAsync();
        await _console.DisposeAsync();
        await _speaking.ContinueWith(_ => { }, TaskScheduler.Default);
        _quiet.Dispose();
    }

    private void Hear(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
            _verifier.Read(bytes);
    }

    private async Task SpeakAsync(int recordsPerTick)
    {
        var buffer = new byte[recordsPerTick * _writer.RecordLength];
        using var timer = new PeriodicTimer(Tick);
        try
        {
            while (await timer.WaitForNextTickAsync(_quiet.Token))
                await _console.TypeAsync(buffer.AsMemory(0, _writer.Write(buffer)));
        }
        catch (OperationCanceledException) when (_quiet.IsCancellationRequested)
        {
            // It was told to.
        }
    }
}
