using System.Buffers;
using System.Threading.Channels;
using Portside.Concentrator.Links;
using Portside.Telnet;
using Portside.Telnet.Negotiation;
using Portside.Telnet.VirtualSerialPort;

namespace Portside.Concentrator.Tests.InMemory;

/// <summary>One connection of a <see cref="RoamingMachine"/>: a host that speaks telnet properly and cuts what it sends anywhere.</summary>
internal sealed class HostLink : IAsyncDisposable
{
    private readonly ScriptedMachine _machine;
    private readonly Random _random;
    private readonly Action<HostLink, ReadOnlySpan<byte>> _hear;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly OptionNegotiator _options = new(OptionTables.Machine(comPort: false, tls: false));
    private readonly Channel<(VspCode Code, byte[] Payload)> _messages = Channel.CreateUnbounded<(VspCode, byte[])>();
    private readonly Task _receiving;

    public HostLink(ScriptedMachine machine, Random random, Action<HostLink, ReadOnlySpan<byte>> hear)
    {
        (_machine, _random, _hear) = (machine, random, hear);
        _receiving = ReceiveAsync();
    }

    public Link Link => _machine.Link;

    /// <summary>Whether GOAHEAD has come: from there on nothing may.</summary>
    public bool IsFrozen { get; private set; }

    public byte[] Sequence { get; set; } = [];

    public void Thaw() => IsFrozen = false;

    public Task SendAsync(VspCode code, byte[] payload)
    {
        var message = new ArrayBufferWriter<byte>();
        VspMessage.Write(message, code, payload);
        return WriteAsync(message.WrittenMemory);
    }

    public Task SendAsync(byte[] data)
    {
        var escaped = new ArrayBufferWriter<byte>();
        TelnetEncoder.WriteData(escaped, data);
        return WriteAsync(escaped.WrittenMemory);
    }

    /// <summary>The next message with this code; others before it are questions and lists.</summary>
    public async Task<byte[]> ExpectAsync(VspCode code)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            var (came, payload) = await _messages.Reader.ReadAsync(patience.Token);
            if (came == code)
                return payload;
            Xunit.Assert.True(came is VspCode.KnownSuboptions2 or VspCode.GetVmVcUuid or VspCode.GetVmName, $"{came} instead of {code}");
        }
    }

    /// <summary>Closes its half, as a host does whose machine has left; what still comes is read.</summary>
    public void Close() => _machine.Stream.CompleteWrites();

    /// <summary>Dies.</summary>
    public void Abort() => _machine.Stream.Abort();

    public async ValueTask DisposeAsync()
    {
        await _machine.DisposeAsync();
        await _receiving.WaitAsync(Patience.Limit);
        _sending.Dispose();
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await _sending.WaitAsync(Patience.Limit);
        try
        {
            while (!bytes.IsEmpty)
            {
                var part = Math.Min(bytes.Length, 1 << _random.Next(0, 12));
                await _machine.Peer.SendAsync(bytes[..part]);
                bytes = bytes[part..];
                if (_random.Next(4) == 0)
                    await Task.Yield();
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReceiveAsync()
    {
        var decoder = new TelnetDecoder();
        var buffer = new byte[4096];
        try
        {
            await WriteAsync(new byte[] { TelnetCommand.Iac, TelnetCommand.Will, TelnetOptionCode.VirtualSerialPort });
            while (await _machine.Stream.ReadAsync(buffer) is > 0 and var count)
            {
                var replies = Take(decoder, buffer.AsSpan(0, count));
                if (replies.WrittenCount > 0)
                    await WriteAsync(replies.WrittenMemory);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The connection is over; whoever expects something more from it will say so.
        }

        _messages.Writer.TryComplete();
    }

    private ArrayBufferWriter<byte> Take(TelnetDecoder decoder, Span<byte> bytes)
    {
        var replies = new ArrayBufferWriter<byte>();
        while (decoder.TryRead(ref bytes, out var token))
        {
            switch (token.Kind)
            {
                case TelnetTokenKind.Data:
                    _hear(this, token.Payload);
                    break;
                case TelnetTokenKind.Negotiation when token.Option != TelnetOptionCode.VirtualSerialPort:
                    _options.Receive(token.Command, token.Option, replies);
                    break;
                case TelnetTokenKind.Subnegotiation when VspMessage.TryRead(token.Payload, out var message):
                    IsFrozen |= message.Code == VspCode.VmotionGoAhead;
                    _messages.Writer.TryWrite((message.Code, message.Payload.ToArray()));
                    break;
            }
        }

        return replies;
    }
}
