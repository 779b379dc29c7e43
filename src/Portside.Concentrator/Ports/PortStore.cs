using System.Globalization;
using Microsoft.Extensions.Logging;
using Portside.Concentrator.Hosting;
using Portside.Telnet.ComPort;

namespace Portside.Concentrator.Ports;

/// <summary>
/// Remembers every port across restarts, and which console telnet port belongs to it, in <c>portside.db</c> of the
/// state directory.
/// </summary>
/// <remarks>
/// <para>All is loaded at the start. After that callers change memory only; a background task writes what changed,
/// many changes in one transaction. A database that cannot be written is said loudly and tried again: until then the
/// concentrator goes on and only a restart would notice.</para>
/// <para>Numbers are handed out in turn rather than lowest first, so that the number of a forgotten machine, which
/// somebody may have written down, does not soon lead to another one. Any thread may call.</para>
/// </remarks>
internal sealed partial class PortStore : IAsyncDisposable
{
    /// <summary>Ports remembered at most; beyond it those seen longest ago are forgotten.</summary>
    internal const int MaxRows = 65_536;

    // Forgetting a few at once keeps the search for the oldest off most calls.
    private const int RowsForgottenAtOnce = 1024;

    private static readonly TimeSpan WriteDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<PortId, RememberedPort> _ports = [];
    private readonly Dictionary<int, PortId> _numbers = [];
    private readonly HashSet<int> _refused = [];
    private readonly int _first;
    private readonly int _last;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly PortDatabase _database;
    private readonly SemaphoreSlim _dirty = new(0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _writing;
    private HashSet<PortId> _changed = [];
    private List<TaskCompletionSource> _flushes = [];
    private CancellationTokenSource _hurry = new();
    private int _next;
    private bool _failing;

    /// <summary>Loads what is remembered.</summary>
    /// <param name="stateDirectory">Where the database is or will be.</param>
    /// <param name="first">First console telnet port of the range.</param>
    /// <param name="last">Last of the range, inclusive. A number outside the range is given up.</param>
    /// <param name="time">The clock of last-seen times and of the writing.</param>
    /// <param name="logger">Hears of a damaged or unwritable database.</param>
    /// <exception cref="StateDirectoryException">The database cannot be opened; the message says what to do.</exception>
    internal PortStore(string stateDirectory, int first, int last, TimeProvider time, ILogger logger)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, last);
        (_first, _last, _time, _logger) = (first, last, time, logger);
        StateDirectory.Prepare(stateDirectory);
        var file = Path.Combine(stateDirectory, "portside.db");
        _database = OpenOrSetAside(file);
        _next = first;
        foreach (var port in _database.Loaded)
        {
            var number = port.Number is { } n && n >= first && n <= last && _numbers.TryAdd(n, port.Id) ? port.Number : null;
            _ports[port.Id] = port with { Number = number };
            if (number >= _next)
                _next = number.Value + 1;
        }

        _database.Loaded.Clear();
        if (_next > last)
            _next = first;
        LogLoaded(_logger, _ports.Count, file);
        if (_database.Unreadable > 0)
            LogRowsSkipped(_logger, _database.Unreadable, file);
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Everything remembered just now.</summary>
    internal IReadOnlyList<RememberedPort> Ports
    {
        get
        {
            lock (_lock)
                return [.. _ports.Values];
        }
    }

    /// <summary>What is remembered of one port.</summary>
    /// <param name="id">The port.</param>
    /// <returns>Null when nothing is.</returns>
    internal RememberedPort? Find(PortId id)
    {
        lock (_lock)
            return _ports.GetValueOrDefault(id);
    }

    /// <summary>The console telnet port of <paramref name="id"/>: the one it had, or the next free one.</summary>
    /// <param name="id">The port.</param>
    /// <returns>The number; null when all of the range are taken.</returns>
    internal int? Assign(PortId id)
    {
        lock (_lock)
        {
            if (_ports.TryGetValue(id, out var port) && port.Number is not null)
                return port.Number;
            var number = NextFree();
            if (number is not null)
                Give(id, port, number.Value);
            return number;
        }
    }

    /// <summary>Another number for <paramref name="id"/>, as the one it has cannot be bound: another program has it.</summary>
    /// <param name="id">The port.</param>
    /// <returns>The number; null when no other is left. The one that could not be bound is offered again only then.</returns>
    internal int? AssignAnother(PortId id)
    {
        lock (_lock)
        {
            var port = _ports.GetValueOrDefault(id);
            if (port?.Number is { } bad)
            {
                _refused.Add(bad);
                _numbers.Remove(bad);
                _ports[id] = port = port with { Number = null };
                Changed(id);
            }

            var number = NextFree();
            if (number is not null)
                Give(id, port, number.Value);
            else
                _refused.Clear();
            return number;
        }
    }

    /// <summary>Remembers that a port was there now.</summary>
    /// <param name="id">The port, new or known.</param>
    /// <param name="name">What its machine calls itself; null leaves the name as it is.</param>
    /// <param name="line">How its machine's line is set; unknown parts are left as they are.</param>
    internal void Touch(PortId id, string? name, LineSettings line = default)
    {
        lock (_lock)
        {
            var known = _ports.GetValueOrDefault(id);
            Put(new RememberedPort(id, known?.Number, name ?? known?.Name, Now(), (known?.Line ?? default).With(line)));
        }
    }

    /// <summary>Forgets a port; its number is free again.</summary>
    /// <param name="id">The port.</param>
    internal void Forget(PortId id)
    {
        lock (_lock)
            Drop(id);
    }

    /// <summary>Completes when every change made before the call is in the database, or could not be written.</summary>
    /// <returns>The task.</returns>
    internal Task FlushAsync()
    {
        var flushed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_writing.IsCompleted)
                return Task.CompletedTask;
            _flushes.Add(flushed);
            _hurry.Cancel();
        }

        _dirty.Release();
        return flushed.Task;
    }

    /// <summary>Writes what is left, within 5 s, and closes the database.</summary>
    /// <returns>Completes when done or given up.</returns>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _dirty.Release();
        try
        {
            await _writing.WaitAsync(DrainLimit, _time);
        }
        catch (TimeoutException)
        {
            // A disk that hangs must not keep a service from ending.
            LogNotWritten(_logger, "the disk does not answer");
            return;
        }

        _database.Dispose();
    }

    private PortDatabase OpenOrSetAside(string file)
    {
        try
        {
            return PortDatabase.Open(file);
        }
        catch (DatabaseDamagedException e)
        {
            var aside = $"{file}.damaged-{_time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}";
            try
            {
                foreach (var suffix in (ReadOnlySpan<string>)["", "-wal", "-shm", "-journal"])
                {
                    if (File.Exists(file + suffix))
                        File.Move(file + suffix, aside + suffix, overwrite: true);
                }
            }
            catch (Exception inner) when (inner is IOException or UnauthorizedAccessException)
            {
                throw new StateDirectoryException(
                    $"The database {file} is damaged ({e.Message}) and cannot be set aside: {inner.Message} Move it away by hand.", inner);
            }

            LogSetAside(_logger, file, e.Message, aside);
            return PortDatabase.Open(file);
        }
    }

    private int? NextFree()
    {
        var size = _last - _first + 1;
        for (var i = 0; i < size; i++)
        {
            var number = _first + ((_next - _first + i) % size);
            if (_numbers.ContainsKey(number) || _refused.Contains(number))
                continue;
            _next = number == _last ? _first : number + 1;
            return number;
        }

        return null;
    }

    private void Give(PortId id, RememberedPort? known, int number)
    {
        _numbers[number] = id;
        Put(new RememberedPort(id, number, known?.Name, Now(), known?.Line ?? default));
    }

    private void Put(RememberedPort port)
    {
        if (!_ports.ContainsKey(port.Id) && _ports.Count >= MaxRows)
        {
            PortId[] oldest = [.. _ports.Values.OrderBy(p => p.LastSeen).Take(RowsForgottenAtOnce).Select(p => p.Id)];
            foreach (var id in oldest)
                Drop(id);
        }

        _ports[port.Id] = port;
        Changed(port.Id);
    }

    private void Drop(PortId id)
    {
        if (!_ports.Remove(id, out var port))
            return;
        if (port.Number is { } number)
            _numbers.Remove(number);
        Changed(id);
    }

    private void Changed(PortId id)
    {
        if (_changed.Add(id) && _changed.Count == 1)
            _dirty.Release();
    }

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());

    private async Task WriteAsync()
    {
        var retry = FirstRetry;
        for (var stop = false; !stop;)
        {
            await _dirty.WaitAsync();
            await GatherAsync(_failing ? retry : WriteDelay);
            stop = _stopping.IsCancellationRequested;

            HashSet<PortId> changed;
            List<TaskCompletionSource> flushes;
            var rows = new List<(PortId Id, RememberedPort? Port)>();
            lock (_lock)
            {
                (changed, _changed) = (_changed, []);
                (flushes, _flushes) = (_flushes, []);
                if (_hurry.IsCancellationRequested)
                    _hurry = new CancellationTokenSource();
                foreach (var id in changed)
                    rows.Add((id, _ports.GetValueOrDefault(id)));
            }

            try
            {
                if (rows.Count > 0)
                    _database.Write(rows);
                if (_failing && rows.Count > 0)
                {
                    LogWritten(_logger);
                    _failing = false;
                }

                retry = FirstRetry;
            }
            catch (DatabaseException e)
            {
                if (!_failing || stop)
                    LogNotWritten(_logger, e.Message);
                retry = _failing ? TimeSpan.FromTicks(Math.Min(retry.Ticks * 2, LastRetry.Ticks)) : FirstRetry;
                _failing = true;
                lock (_lock)
                    _changed.UnionWith(changed);
                _dirty.Release();
            }

            foreach (var flush in flushes)
                flush.SetResult();
        }
    }

    private async Task GatherAsync(TimeSpan delay)
    {
        CancellationToken hurry;
        lock (_lock)
            hurry = _hurry.Token;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(hurry, _stopping.Token);
        await Task.Delay(delay, _time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
