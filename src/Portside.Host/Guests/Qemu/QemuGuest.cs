using System.Runtime.Versioning;
using System.Text.Json;
using Portside.Host.Ports;

namespace Portside.Host.Guests.Qemu;

/// <summary>A machine in QEMU behind the first serial port; on vMotion it moves to another QEMU while it runs.</summary>
/// <remarks>
/// <code>
/// memory is copied → stands still; input unread is taken back → (the ports' part) → handed over → runs in the other QEMU
/// </code>
/// Output the first QEMU gave is read to its end before the second's; input goes to the second only when that runs.
/// </remarks>
/// <param name="options">The machine.</param>
[SupportedOSPlatform("linux")]
public sealed class QemuGuest(QemuOptions options) : IMigratingGuest
{
    /// <summary>How long copying the memory may take.</summary>
    private static readonly TimeSpan CopyLimit = TimeSpan.FromMinutes(10);

    /// <summary>How long handing over may take.</summary>
    private static readonly TimeSpan SwitchLimit = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();

    /// <summary>The last one runs the machine; those before it have output that was not read yet.</summary>
    private readonly List<QemuProcess> _chain = [];
    private byte[] _takenBack = [];
    private bool _isHeld;
    private Signal _change;

    /// <inheritdoc/>
    /// <exception cref="IOException">QEMU cannot be started.</exception>
    public async Task<GuestExit> RunAsync(ISerialLine line, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(line);
        ArgumentNullException.ThrowIfNull(time);
        var first = await QemuProcess.StartAsync(options, incoming: false, time, cancellation).ConfigureAwait(false);
        lock (_lock)
        {
            _chain.Add(first);
            (_takenBack, _isHeld) = ([], false);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var typing = TypeAsync(line, stop.Token);
        try
        {
            await SpeakAsync(line, cancellation).ConfigureAwait(false);
            return GuestExit.PowerOff;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await typing.ConfigureAwait(false);
            await StopAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<IGuestMove?> BeginMoveAsync(TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(time);
        QemuProcess? source;
        lock (_lock)
            source = _chain.LastOrDefault();
        if (source is null)
            return null;
        using var limit = new CancellationTokenSource(CopyLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var destination = await QemuProcess.StartAsync(options, incoming: true, time, either.Token).ConfigureAwait(false);
        var move = new Move(this, source, destination, time);
        try
        {
            await move.CopyAsync(either.Token).ConfigureAwait(false);
            move.HoldInput();
            return move;
        }
        catch (Exception e)
        {
            await move.DisposeAsync().ConfigureAwait(false);
            if (e is OperationCanceledException && !cancellation.IsCancellationRequested)
                throw new IOException($"The machine's memory was not copied within {CopyLimit.TotalMinutes:0} minutes.", e);
            throw;
        }
    }

    private async Task StopAsync()
    {
        QemuProcess[] all;
        lock (_lock)
        {
            all = [.. _chain];
            _chain.Clear();
            _change.Raise();
        }

        foreach (var qemu in all)
            await qemu.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>What the machine says; one QEMU to its end, then the one it moved to.</summary>
    private async Task SpeakAsync(ISerialLine line, CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        while (true)
        {
            QemuProcess? qemu;
            lock (_lock)
                qemu = _chain.FirstOrDefault();
            if (qemu is null)
                return;
            while (await qemu.Console.ReadAsync(buffer, cancellation).ConfigureAwait(false) is > 0 and var length)
                await line.WriteAsync(buffer.AsMemory(0, length), cancellation).ConfigureAwait(false);
            lock (_lock)
            {
                _chain.Remove(qemu);
                _change.Raise();
            }

            await qemu.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>What is typed; while the machine moves it waits.</summary>
    private async Task TypeAsync(ISerialLine line, CancellationToken cancellation)
    {
        await Task.Yield();
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var length = await line.ReadAsync(buffer, cancellation).ConfigureAwait(false);
                if (length == 0)
                    return;
                for (var typed = buffer.AsMemory(0, length); !typed.IsEmpty;)
                    typed = await TypeAsync(typed, cancellation).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The machine is switched off, or has ended.
        }
    }

    /// <summary>Types some of it: first what a QEMU left unread.</summary>
    /// <returns>What is left to type.</returns>
    private async Task<Memory<byte>> TypeAsync(Memory<byte> typed, CancellationToken cancellation)
    {
        Task wait;
        lock (_lock)
        {
            // Under the lock, so that nothing is typed at a QEMU that is left, and nothing is taken back twice.
            var qemu = _isHeld ? null : _chain.LastOrDefault();
            if (qemu is null)
            {
                wait = _change.Wait();
            }
            else if (_takenBack.Length > 0)
            {
                var count = qemu.Console.TryWrite(_takenBack);
                _takenBack = _takenBack[count..];
                wait = count > 0 ? Task.CompletedTask : qemu.Console.WaitForRoomAsync(cancellation);
            }
            else
            {
                var count = qemu.Console.TryWrite(typed.Span);
                typed = typed[count..];
                wait = count > 0 ? Task.CompletedTask : qemu.Console.WaitForRoomAsync(cancellation);
            }
        }

        await wait.WaitAsync(cancellation).ConfigureAwait(false);
        return typed;
    }

    /// <summary>Input goes to the machine again, first what was left unread. The lock is held.</summary>
    private void ReleaseInput(QemuProcess qemu)
    {
        // A pipe that is empty takes what another one held.
        _isHeld = false;
        if (_takenBack.Length > 0)
            _takenBack = _takenBack[qemu.Console.TryWrite(_takenBack)..];
        _change.Raise();
    }

    private sealed class Move(QemuGuest guest, QemuProcess source, QemuProcess destination, TimeProvider time) : IGuestMove
    {
        private bool _isCopying;
        private bool _isHeld;
        private bool _isDone;

        /// <summary>Copies the memory while the machine runs, until it stands still.</summary>
        public async Task CopyAsync(CancellationToken cancellation)
        {
            await source.Control.ExecuteAsync(
                """{"execute":"migrate-set-capabilities","arguments":{"capabilities":[{"capability":"pause-before-switchover","state":true},{"capability":"events","state":true}]}}""",
                cancellation).ConfigureAwait(false);
            source.Control.ForgetEvents();
            await source.Control.ExecuteAsync(
                """{"execute":"migrate","arguments":{"uri":"unix:""" + destination.StateSocket + "\"}}", cancellation).ConfigureAwait(false);
            _isCopying = true;
            var (_, status) = await source.Control.WaitForAsync(
                static (name, status) => name == "MIGRATION" && status is "pre-switchover" or "failed" or "cancelled", cancellation).ConfigureAwait(false);
            if (status != "pre-switchover")
                throw new QmpException($"QEMU could not copy the machine's memory: {await WhyAsync(cancellation).ConfigureAwait(false)}");
        }

        /// <summary>The machine stands still: what it did not read goes with it by another way.</summary>
        public void HoldInput()
        {
            lock (guest._lock)
            {
                guest._isHeld = _isHeld = true;
                guest._takenBack = [.. source.Console.TakeBack(), .. guest._takenBack];
            }
        }

        public async Task SwitchAsync(CancellationToken cancellation)
        {
            using var limit = new CancellationTokenSource(SwitchLimit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
            try
            {
                await source.Control.ExecuteAsync(
                    """{"execute":"migrate-continue","arguments":{"state":"pre-switchover"}}""", either.Token).ConfigureAwait(false);
                var (_, status) = await source.Control.WaitForAsync(
                    static (name, status) => name == "MIGRATION" && status is "completed" or "failed" or "cancelled", either.Token).ConfigureAwait(false);
                if (status != "completed")
                    throw new QmpException($"QEMU could not hand the machine over: {await WhyAsync(either.Token).ConfigureAwait(false)}");
                await destination.Control.WaitForAsync(static (name, _) => name == "RESUME", either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
            {
                throw new IOException($"QEMU did not hand the machine over within {SwitchLimit.TotalSeconds:0} s.", e);
            }

            _isDone = true;
            lock (guest._lock)
            {
                guest._chain.Add(destination);
                guest.ReleaseInput(destination);
            }

            source.Console.End();
        }

        public async ValueTask DisposeAsync()
        {
            if (_isDone)
                return;
            await destination.DisposeAsync().ConfigureAwait(false);
            try
            {
                using var limit = new CancellationTokenSource(SwitchLimit, time);
                if (_isCopying)
                    await CancelAsync(limit.Token).ConfigureAwait(false);
                await source.Control.ExecuteAsync("""{"execute":"cont"}""", limit.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is QmpException or OperationCanceledException or ObjectDisposedException)
            {
                // It has ended, or does not answer: its machine is switched off when it has.
            }

            if (!_isHeld)
                return;
            lock (guest._lock)
                guest.ReleaseInput(source);
        }

        private async Task CancelAsync(CancellationToken cancellation)
        {
            await source.Control.ExecuteAsync("""{"execute":"migrate_cancel"}""", cancellation).ConfigureAwait(false);

            // It is over when QEMU says so; another one may begin only then.
            while (await StatusAsync(cancellation).ConfigureAwait(false) is { } status
                && status.GetProperty("status").GetString() is not ("cancelled" or "failed" or "completed" or "none"))
                await source.Control.WaitForAsync(static (name, _) => name == "MIGRATION", cancellation).ConfigureAwait(false);
        }

        private async Task<string> WhyAsync(CancellationToken cancellation) =>
            await StatusAsync(cancellation).ConfigureAwait(false) is { } status && status.TryGetProperty("error-desc", out var text)
                ? text.GetString() ?? "" : "it does not say why.";

        private async Task<JsonElement?> StatusAsync(CancellationToken cancellation)
        {
            var status = await source.Control.ExecuteAsync("""{"execute":"query-migrate"}""", cancellation).ConfigureAwait(false);
            return status.TryGetProperty("status", out _) ? status : null;
        }
    }
}
