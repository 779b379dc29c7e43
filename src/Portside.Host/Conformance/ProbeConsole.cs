using Portside.Host.Ports;
using Portside.Lines;

namespace Portside.Host.Conformance;

/// <summary>Somebody at a port's console.</summary>
internal sealed class ProbeConsole : IAsyncDisposable
{
    private readonly Line _line;
    private readonly ConformanceOptions _options;
    private readonly CancellationTokenSource _closing;
    private readonly Task _reading;

    public ProbeConsole(Line line, ConformanceOptions options, CancellationToken cancellation)
    {
        (_line, _options) = (line, options);
        _closing = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Received = new ReceivedBytes("At the console", options.Time);
        _reading = ReadAsync(_closing.Token);
    }

    /// <summary>What came from the machine.</summary>
    public ReceivedBytes Received { get; }

    /// <summary>How long anything may take.</summary>
    public TimeSpan Patience => _options.Patience;

    /// <summary>Sends bytes to the machine.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> data) => _line.WriteAsync(data, _closing.Token);

    public Task ReadUntilAsync(byte[] mark, string awaited) => Received.ReadUntilAsync(mark, awaited, _options.Patience, _closing.Token);

    public Task ExpectAsync(byte[] expected, string awaited) => Received.ExpectAsync(expected, awaited, _options.Patience, _closing.Token);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        await _line.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        var buffer = new byte[16_384];
        try
        {
            while (await _line.ReadAsync(buffer, cancellation).ConfigureAwait(false) is var length and > 0)
                Received.Append(buffer.AsSpan(0, length));
            Received.End("the console was closed.");
        }
        catch (Exception e) when (e is OperationCanceledException || LinkWriter.IsLinkFailure(e))
        {
            Received.End($"the console broke: {e.GetBaseException().Message}");
        }
    }
}
