using Portside.Telnet.VirtualSerialPort;
using Portside.Testing;

namespace Portside.Concentrator.Tests.InMemory;

/// <summary>
/// A machine whose guest talks and listens while hosts move it about: everything it ever said and heard, at whatever
/// host. It watches that no byte reaches it where it does not run.
/// </summary>
internal sealed class RoamingMachine(MemoryConcentrator concentrator, Random random) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<byte> _said = [];
    private readonly List<byte> _heard = [];
    private readonly List<HostLink> _links = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HostLink? _runsAt;
    private string? _violation;
    private uint _next;

    public byte[] Said
    {
        get
        {
            lock (_lock)
                return [.. _said];
        }
    }

    public byte[] Heard
    {
        get
        {
            lock (_lock)
                return _violation is null ? [.. _heard] : throw new ScriptException(_violation);
        }
    }

    /// <summary>Powers the machine on.</summary>
    public async Task StartAsync()
    {
        var link = Connect();
        _runsAt = link;
        await link.SendAsync(VspCode.KnownSuboptions1, VspSuboptions.Machine.ToArray());
        await link.SendAsync(VspCode.DoProxy, [(byte)'S', .. "vSPC.py"u8]);
        await link.SendAsync(VspCode.VmVcUuid, VspUuid.Format(ScriptedMachine.Uuid));
        await link.ExpectAsync(VspCode.WillProxy);

        // The answer to a suboption nobody knows shows that all before it was dealt with.
        await link.SendAsync((VspCode)99, []);
        await link.ExpectAsync(VspCode.UnknownSuboptionReceived2);
    }

    /// <summary>The guest counts on, in so many bytes; numbers are cut anywhere.</summary>
    public Task SayAsync(int count)
    {
        var bytes = new byte[count];
        lock (_lock)
        {
            for (var i = 0; i < count; i++, _next++)
                bytes[i] = Number(_next);
            _said.AddRange(bytes);
        }

        return _runsAt!.SendAsync(bytes);
    }

    /// <summary>The stream's byte at a position: numbers of four bytes, one after the other; many hold IACs.</summary>
    public static byte Number(uint position) => (byte)((position / 4 * 0x0101_00FFu) >> (int)(8 * (position % 4)));

    /// <summary>Stuns the guest and begins to move it; the source hears nothing more from here on.</summary>
    /// <returns>The key.</returns>
    public async Task<byte[]> BeginAsync()
    {
        var sequence = new byte[random.Next(1, 9)];
        random.NextBytes(sequence);
        await _runsAt!.SendAsync(VspCode.VmotionBegin, sequence);
        var key = await _runsAt.ExpectAsync(VspCode.VmotionGoAhead);
        Xunit.Assert.Equal(sequence, key[..sequence.Length]);
        Xunit.Assert.Equal(8, key.Length - sequence.Length);
        _runsAt.Sequence = sequence;
        return key;
    }

    /// <summary>A destination shows the key.</summary>
    public async Task<HostLink> PeerAsync(byte[] key)
    {
        var link = Connect();
        await link.SendAsync(VspCode.KnownSuboptions1, VspSuboptions.Machine.ToArray());
        await link.SendAsync(VspCode.VmotionPeer, key);
        if (random.Next(2) == 0)
            await link.SendAsync(VspCode.VmVcUuid, VspUuid.Format(ScriptedMachine.Uuid));
        Xunit.Assert.Equal(_runsAt!.Sequence, await link.ExpectAsync(VspCode.VmotionPeerOk));
        return link;
    }

    /// <summary>The guest runs at its destination; the source closes before, after, or not at all.</summary>
    public async Task CompleteAsync(HostLink destination, int closes)
    {
        var source = _runsAt!;
        if (closes == 0)
            source.Close();
        var sequence = source.Sequence;
        lock (_lock)
            _runsAt = destination;
        await destination.SendAsync(VspCode.VmotionComplete, sequence);
        if (closes == 1)
            source.Close();
    }

    /// <summary>The guest runs on at its source, and its host says so or not.</summary>
    public Task ResumeAsync(bool abort)
    {
        _runsAt!.Thaw();
        return abort ? _runsAt.SendAsync(VspCode.VmotionAbort, []) : SayAsync(1);
    }

    /// <summary>Completes when the guest has heard so many bytes.</summary>
    public async Task HearAsync(int count)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (_violation is not null)
                    throw new ScriptException(_violation);
                if (_heard.Count >= count)
                    return;
                more = _more.Task;
            }

            try
            {
                await more.WaitAsync(Patience.Limit);
            }
            catch (TimeoutException)
            {
                throw new ScriptException($"The guest waited for {count} bytes and has heard {_heard.Count}.");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var link in _links)
            await link.DisposeAsync();
    }

    private void Hear(HostLink link, ReadOnlySpan<byte> bytes)
    {
        TaskCompletionSource more;
        lock (_lock)
        {
            if (link != _runsAt || link.IsFrozen)
                _violation ??= $"{bytes.Length} bytes reached a host where the guest does not run.";
            _heard.AddRange(bytes);
            more = _more;
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        more.SetResult();
    }

    private HostLink Connect()
    {
        var seed = random.Next();
        var cuts = new Random(seed);
        var link = new HostLink(
            concentrator.Connect(random.Next(40, 3000), _ => 1 << cuts.Next(0, 12)), new Random(seed + 1), Hear);
        _links.Add(link);
        return link;
    }
}
