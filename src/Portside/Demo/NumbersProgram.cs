using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Portside.Host.Guests;
using Portside.Telnet;

namespace Portside.Demo;

/// <summary>
/// The remote system that is a program: reads a machine's numbered stream from its console telnet port, answers with
/// one of its own, and counts what was lost or doubled. It answers no telnet option, so it gets bytes and no words.
/// </summary>
internal sealed class NumbersProgram : IDisposable
{
    private const int RecordsPerTick = 16;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly NumberedStreamVerifier _verifier = new();
    private readonly NumberedStreamWriter _writer = new();
    private Task _reading = Task.CompletedTask;

    /// <summary>Records received, lost and doubled so far.</summary>
    public NumberedStreamVerifier Verifier => _verifier;

    /// <summary>Records sent so far.</summary>
    public long Sent => (long)_writer.Next;

    /// <summary>Connects and begins to read.</summary>
    /// <param name="console">The console telnet port of a machine whose guest streams numbers.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task ConnectAsync(IPEndPoint console, CancellationToken cancellation)
    {
        await _socket.ConnectAsync(console, cancellation);
        _reading = ReadAsync();
    }

    /// <summary>Sends records, a handful every tick, until told to stop.</summary>
    /// <param name="stop">Ends it.</param>
    /// <returns>Completes when the last record is sent whole.</returns>
    public async Task WriteAsync(CancellationToken stop)
    {
        var records = new byte[_writer.RecordLength * RecordsPerTick];
        using var timer = new PeriodicTimer(Tick);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                // Digits and line ends: nothing here that telnet would want doubled.
                var length = _writer.Write(records, RecordsPerTick);
                for (var sent = 0; sent < length;)
                    sent += await _socket.SendAsync(records.AsMemory(sent, length - sent), CancellationToken.None);
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop, between two ticks.
        }
    }

    /// <summary>Closes the connection and waits until what had come is counted.</summary>
    public async Task CloseAsync()
    {
        _socket.Close();
        await _reading;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private async Task ReadAsync()
    {
        var decoder = new TelnetDecoder();
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            for (int count; (count = await _socket.ReceiveAsync(buffer)) > 0;)
                Verify(decoder, buffer.AsSpan(0, count));
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Closed, by this end or by the concentrator's; the counters say what came of it.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Verify(TelnetDecoder decoder, Span<byte> received)
    {
        while (decoder.TryRead(ref received, out var token))
        {
            if (token.Kind != TelnetTokenKind.Data)
                continue;
            lock (_verifier)
                _verifier.Read(token.Payload);
        }
    }
}
