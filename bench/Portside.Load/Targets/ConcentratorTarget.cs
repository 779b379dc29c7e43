using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Portside.Load.Machines;

namespace Portside.Load.Targets;

/// <summary>A concentrator, known by the address machines dial and by its HTTP API.</summary>
internal sealed class ConcentratorTarget : Target
{
    private static readonly TimeSpan AppearLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan AppearInterval = TimeSpan.FromMilliseconds(50);

    private readonly IPEndPoint _machines;
    private readonly HttpClient? _http;
    private readonly ChildProcess? _process;
    private readonly string? _state;
    private readonly ConcurrentDictionary<string, int> _consolePorts = new(StringComparer.Ordinal);

    /// <param name="machines">Where machines dial.</param>
    /// <param name="http">Base address of the API; null when no scenario attaches clients.</param>
    /// <param name="processId">The process to watch; null when it is not on this machine.</param>
    /// <param name="process">The process, if it is ours to end.</param>
    /// <param name="state">A directory to delete at the end.</param>
    public ConcentratorTarget(IPEndPoint machines, Uri? http, int? processId, ChildProcess? process = null, string? state = null)
    {
        _machines = machines;
        _http = http is null ? null : new HttpClient { BaseAddress = http, Timeout = AppearLimit };
        ProcessId = processId ?? process?.Id;
        _process = process;
        _state = state;
    }

    public override int? ProcessId { get; }

    /// <summary>The last lines that a concentrator started by us has written.</summary>
    public string? Tail => _process?.Tail;

    protected override IPEndPoint HandshakeAddress => _machines;

    public override async Task<MachineLink> DialAsync(
        MachineIdentity identity, IGuest? guest, bool ownThread, CancellationToken cancellation)
    {
        if (!ownThread)
            return await HandshakeAsync(identity, guest, cancellation: cancellation);
        var link = new MachineLink(ConnectBlocking(_machines), identity, guest);
        link.Open();
        RunOnThread(link);
        await ReadyAsync(link, cancellation);
        return link;
    }

    public override async Task<IPEndPoint> FindConsoleAsync(MachineIdentity identity, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(AppearLimit);
        int port;
        while (!_consolePorts.TryGetValue(identity.Uuid, out port))
        {
            await ReadConsolePortsAsync(limit.Token);
            if (_consolePorts.ContainsKey(identity.Uuid))
                continue;
            await Task.Delay(AppearInterval, limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
            if (limit.IsCancellationRequested)
                throw new TimeoutException($"GET /v1/ports showed no telnetPort of {identity.Name} within {AppearLimit.TotalSeconds} s.");
        }

        return new IPEndPoint(IPAddress.Parse(_http!.BaseAddress!.Host.Trim('[', ']')), port);
    }

    public override ReadOnlyMemory<byte> ClientPreamble(MachineIdentity identity) => default;

    public override async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (_process is not null)
            await _process.DisposeAsync();
        if (_state is not null)
            Directory.Delete(_state, recursive: true);
    }

    public override async Task<IReadOnlyDictionary<string, long>?> CountBytesFromMachinesAsync(CancellationToken cancellation) =>
        _http is null
            ? null
            : (await ReadPortsAsync(cancellation)).ToDictionary(Uuid, port => port.GetProperty("bytesFromMachine").GetInt64());

    private static string Uuid(JsonElement port) =>
        port.GetProperty("uuid").GetString()!.Replace("-", "", StringComparison.Ordinal);

    private async Task ReadConsolePortsAsync(CancellationToken cancellation)
    {
        foreach (var port in await ReadPortsAsync(cancellation))
        {
            if (port.GetProperty("telnetPort") is { ValueKind: JsonValueKind.Number } telnet)
                _consolePorts[Uuid(port)] = telnet.GetInt32();
        }
    }

    private async Task<JsonElement[]> ReadPortsAsync(CancellationToken cancellation)
    {
        if (_http is null)
            throw new InvalidOperationException("Clients find their consoles by GET /v1/ports: give --http URL.");
        return await _http.GetFromJsonAsync<JsonElement[]>("v1/ports", cancellation) ?? [];
    }
}
