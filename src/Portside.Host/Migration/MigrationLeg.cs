using System.Security.Cryptography;
using Portside.Host.Ports;
using Portside.Telnet;
using Portside.Telnet.VirtualSerialPort;

namespace Portside.Host.Migration;

/// <summary>One port's part in a vMotion.</summary>
internal sealed class MigrationLeg(VirtualSerialPort port, SerialLink source, VmotionOptions options, TimeProvider time)
{
    private const int MadeUpSecretLength = 8;

    private readonly byte[] _sequence = NewSequence(options);
    private bool _goAhead;
    private ReadOnlyMemory<byte> _key;
    private SerialLink? _destination;

    /// <summary>BEGIN, and its answer in time.</summary>
    /// <returns>Null for GOAHEAD.</returns>
    public async Task<Failure?> BeginAsync(CancellationToken cancellation)
    {
        var limit = options.Limit ?? port.Options.VmotionLimit;
        var answer = source.BeginAsync(_sequence);
        if (options.Fault == VmotionFault.AbortAfterBegin)
            return new(VmotionOutcome.Aborted, "Aborted after BEGIN, as asked.");
        try
        {
            await answer.WaitAsync(limit, time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException) when (source.GiveUpAwaiting())
        {
            return new(VmotionOutcome.NoGoAhead, $"The proxy did not answer BEGIN within {limit.TotalMilliseconds:0} ms (vmotionLimit).");
        }
        catch (TimeoutException)
        {
            // The answer came at the last moment.
        }

        var (code, key) = await answer.ConfigureAwait(false);
        if (code == VspCode.VmotionNotNow && options.Fault == VmotionFault.NotNowIgnored)
        {
            _key = (byte[])[.. _sequence, .. RandomNumberGenerator.GetBytes(MadeUpSecretLength)];
            return null;
        }

        _key = key;
        _goAhead = code == VspCode.VmotionGoAhead;
        return code switch
        {
            VspCode.VmotionGoAhead => null,
            VspCode.VmotionNotNow => new(VmotionOutcome.NotNow, "The proxy said NOTNOW."),
            null => new(VmotionOutcome.SourceLost, $"The source's connection ended before GOAHEAD: {source.EndReason}"),
            _ => new(VmotionOutcome.NotSupported, "The proxy does not know VMOTION-BEGIN (suboption 40)."),
        };
    }

    /// <summary>Dials as the destination, sends PEER, and awaits PEER-OK in time.</summary>
    /// <returns>Null for PEER-OK.</returns>
    public async Task<Failure?> PeerAsync(CancellationToken cancellation)
    {
        _destination = port.OpenDestination(_key, _sequence, out var answer);
        if (_destination is null)
            return new(VmotionOutcome.DestinationFailed, "The port was disconnected meanwhile.");
        try
        {
            if (options.Fault == VmotionFault.AbortAfterPeer)
            {
                await _destination.Introduced.WaitAsync(options.PeerOkTimeout, time, cancellation).ConfigureAwait(false);
                return new(VmotionOutcome.Aborted, "Aborted after PEER, as asked.");
            }

            var (code, _) = await answer.WaitAsync(options.PeerOkTimeout, time, cancellation).ConfigureAwait(false);
            return code switch
            {
                VspCode.VmotionPeerOk => null,
                null => new(VmotionOutcome.DestinationFailed, $"The destination's connection ended before PEER-OK: {_destination.EndReason}"),
                _ => new(VmotionOutcome.DestinationFailed, "The proxy does not know this vMotion: its sequence and secret are unknown or used up."),
            };
        }
        catch (TimeoutException)
        {
            return new(
                VmotionOutcome.DestinationFailed,
                $"The proxy did not answer the destination's PEER within {options.PeerOkTimeout.TotalMilliseconds:0} ms.");
        }
    }

    /// <summary>The source's host dies.</summary>
    public void KillSource() => source.Kill();

    /// <summary>The destination's host dies.</summary>
    public async Task KillDestinationAsync()
    {
        _destination!.Kill();
        await _destination.Ended.ConfigureAwait(false);
    }

    /// <summary>Whether the destination's connection still stands.</summary>
    public Failure? CheckDestination() => _destination!.End == LinkEnd.None
        ? null
        : new(VmotionOutcome.DestinationFailed, $"The destination's connection ended before COMPLETE: {_destination.EndReason}");

    /// <summary>COMPLETE: there is no way back. The guest runs at the destination.</summary>
    public void Complete()
    {
        if (options.SourceClosesFirst)
            source.Close();
        _destination!.Post(VspCode.VmotionComplete, _sequence);
        port.ResumeAtDestination(_destination);
        if (options.Fault == VmotionFault.SourceSilentAfterComplete)
            port.Abandon(source);
        else
            source.Close();
    }

    /// <summary>The guest runs on at the source.</summary>
    /// <param name="outcome">Why.</param>
    public void RollBack(VmotionOutcome outcome)
    {
        if (options.Fault == VmotionFault.SourceSilentAfterGoAhead && _goAhead)
        {
            port.ConnectWithout(source);
            return;
        }

        // An abort of ours takes back what GOAHEAD promised, or is about to promise.
        var silent = options.Fault is VmotionFault.SourceResumesSilently or VmotionFault.BothLostAfterGoAhead;
        var late = outcome == VmotionOutcome.NoGoAhead && options.AbortWhenLate;
        source.GiveUpAwaiting();
        if ((_goAhead || late || outcome == VmotionOutcome.Aborted) && !silent)
            source.Post(VspCode.VmotionAbort);
        port.ResumeAtSource(source);
    }

    private static byte[] NewSequence(VmotionOptions options)
    {
        var sequence = RandomNumberGenerator.GetBytes(options.SequenceLength);
        if (options.SequenceWithIac)
            sequence[RandomNumberGenerator.GetInt32(sequence.Length)] = TelnetCommand.Iac;
        return sequence;
    }

    /// <summary>What stopped a leg.</summary>
    public sealed record Failure(VmotionOutcome Outcome, string Detail);
}
