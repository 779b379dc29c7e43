using System.Globalization;
using Portside.Api.Contracts;
using Spectre.Console;

namespace Portside.Output;

/// <summary>Ports, clients and rejected attempts as tables.</summary>
/// <param name="now">The present, for ages.</param>
internal sealed class PortTables(DateTimeOffset now)
{
    // The full id is there to be copied; where there is no room, its beginning still names the port.
    private const int ShortestId = 8;

    // What goes first where a window is too narrow; a name and where its console is never do.
    private static readonly string[][] Spared =
        [[], ["SOURCE"], ["SOURCE", "ID"], ["SOURCE", "ID", "USERS"], ["SOURCE", "ID", "USERS", "LAST BYTE"], ["SOURCE", "ID", "USERS", "LAST BYTE", "STATE"]];

    /// <summary>Ports, by name.</summary>
    /// <param name="ports">The ports.</param>
    /// <param name="width">Columns of the window, which decide what is shown; null where nothing is to be left out.</param>
    /// <returns>The table.</returns>
    public Table Ports(IEnumerable<PortDescription> ports, int? width = null)
    {
        var rows = ports.OrderBy(p => p.Name ?? "~", StringComparer.OrdinalIgnoreCase).ThenBy(p => p.Id, StringComparer.Ordinal).ToList();
        var columns = Columns(ShownId);
        if (width is { } room && Width(columns) > room)
        {
            var length = UniqueLength(rows);
            columns = Columns(p => p.Id[..Math.Min(length, p.Id.Length)]);
            var spared = Spared.FirstOrDefault(spared => Width(Without(columns, spared)) <= room, Spared[^1]);
            columns = Without(columns, spared);
        }

        var table = Drawing.Columns([.. columns.Select(c => c.Header)]);
        foreach (var port in rows)
            table.AddRow(columns.Select(c => c.Header == "STATE" ? State(port.State) : Drawing.Cell(c.Text(port))));
        return table;

        int Width(List<(string Header, Func<PortDescription, string> Text)> shown) =>
            shown.Sum(c => rows.Max(r => Math.Max(c.Header.Length, SafeText.Of(c.Text(r)).Length)) + 2) - 2;
    }

    /// <summary>Where machines are, by vSphere.</summary>
    /// <param name="ports">The ports.</param>
    /// <returns>The table.</returns>
    public static Table Places(IEnumerable<PortDescription> ports)
    {
        var table = Drawing.Columns("NAME", "STATE", "POWER", "HOST", "INVENTORY PATH");
        foreach (var port in ports.OrderBy(p => p.InventoryPath ?? "~", StringComparer.OrdinalIgnoreCase).ThenBy(p => p.Id, StringComparer.Ordinal))
        {
            table.AddRow(
                Drawing.Cell(Title(port)),
                State(port.State),
                Drawing.Cell(port.PowerState ?? "-"),
                Drawing.Cell(port.Host ?? "-"),
                Drawing.Cell(port.InventoryPath ?? "-"));
        }

        return table;
    }

    /// <summary>Remote systems that ports have dialled or listened for; those that are idle say nothing.</summary>
    /// <param name="ports">The ports.</param>
    /// <returns>The table; null when there is nothing to show.</returns>
    public Table? Remotes(IEnumerable<PortDescription> ports)
    {
        var table = Drawing.Columns("NAME", "REMOTE SYSTEM", "STATE", "SINCE", "ADDRESS", "WHY");
        foreach (var port in ports.OrderBy(p => p.Name ?? "~", StringComparer.OrdinalIgnoreCase).ThenBy(p => p.Id, StringComparer.Ordinal))
        {
            foreach (var remote in port.Remotes.Where(r => r.State != "idle"))
            {
                table.AddRow(
                    Drawing.Cell(Title(port)),
                    Drawing.Cell(remote.Uri),
                    Drawing.Cell(remote.State, RemoteColor(remote.State)),
                    Drawing.Cell(Age.Of(remote.Since, now)),
                    Drawing.Cell(remote.Address ?? "-"),
                    Drawing.Cell(remote.Detail ?? "-"));
            }
        }

        return table.Rows.Count == 0 ? null : table;
    }

    /// <summary>A machine's name with what tells its ports apart, such as <c>db01.com2</c>; the id where there is none.</summary>
    /// <param name="port">The port.</param>
    /// <returns>What every verb accepts as PORT.</returns>
    public static string Title(PortDescription port) => port.Name is { } name ? name + Suffix(port) : ShownId(port);

    /// <summary>Attempts that were turned away.</summary>
    /// <param name="rejected">The attempts.</param>
    /// <returns>The table.</returns>
    public Table Rejected(IEnumerable<RejectedDescription> rejected)
    {
        var table = Drawing.Columns("AGE", "SOURCE", "TIMES", "REASON", "WHY / WHAT TO DO");
        table.Columns[^1].NoWrap = false;
        foreach (var attempt in rejected)
        {
            table.AddRow(
                Drawing.Cell(Age.Of(attempt.At, now)),
                Drawing.Cell(attempt.Source),
                Drawing.Cell(attempt.Count.ToString(CultureInfo.InvariantCulture)),
                Drawing.Cell(attempt.Reason, Color.Red),
                new Text(SafeText.Of(attempt.Detail)) { Overflow = Overflow.Fold });
        }

        return table;
    }

    /// <summary>Connections that are held.</summary>
    /// <param name="held">The connections.</param>
    /// <returns>The table.</returns>
    public Table Quarantined(IEnumerable<QuarantinedDescription> held)
    {
        var table = Drawing.Columns("ID", "AGE", "SOURCE", "CLAIMS TO BE", "STATE", "WHY");
        table.Columns[^1].NoWrap = false;
        foreach (var one in held)
        {
            table.AddRow(
                Drawing.Cell(one.Id),
                Drawing.Cell(Age.Of(one.Since, now)),
                Drawing.Cell(one.Source),
                Drawing.Cell(one.Name is null ? one.Uuid : $"{one.Name} {one.Uuid}"),
                Drawing.Cell(one.State, one.State == "quarantined" ? Color.Red : Color.Yellow),
                new Text(SafeText.Of(one.Detail)) { Overflow = Overflow.Fold });
        }

        return table;
    }

    /// <summary>Clients, by port.</summary>
    /// <param name="clients">The clients.</param>
    /// <param name="ports">The ports, for their names.</param>
    /// <returns>The table.</returns>
    public Table Clients(IEnumerable<ClientDescription> clients, IReadOnlyList<PortDescription> ports)
    {
        var names = ports.DistinctBy(p => p.Id).ToDictionary(p => p.Id, Title, StringComparer.Ordinal);
        var table = Drawing.Columns("CLIENT", "PORT", "NAME", "ADDRESS", "VIA", "MODE", "SINCE", "MISSED", "WINDOW");
        foreach (var client in clients)
        {
            table.AddRow(
                Drawing.Cell(client.Id),
                Drawing.Cell(names.GetValueOrDefault(client.Port, client.Port)),
                Drawing.Cell(client.Name),
                Drawing.Cell(client.Address),
                Drawing.Cell(client.Via),
                Drawing.Cell(client.Mode),
                Drawing.Cell(Age.Of(client.Since, now)),
                Drawing.Cell(client.MissedBytes == 0 ? "-" : ByteCount.Of(client.MissedBytes), client.MissedBytes == 0 ? null : Color.Red),
                Drawing.Cell(client is { Columns: { } columns, Rows: { } rows }
                    ? string.Create(CultureInfo.InvariantCulture, $"{columns}x{rows}")
                    : "-"));
        }

        return table;
    }

    /// <summary>Everything about one port, a line each.</summary>
    /// <param name="port">The port.</param>
    /// <returns>The table.</returns>
    public Table Port(PortDescription port)
    {
        var table = Drawing.Columns("", "");
        table.ShowHeaders = false;
        Add("name", port.Name is null ? "- (the machine has not told one)" : Title(port));
        Add("id", port.Id);
        Add("uuid", port.Uuid);
        if (port.Label is not null)
            Add("label", port.Label);
        if (port.InventoryPath is { } place)
            Add("inventory", $"{place}, {port.PowerState ?? "power unknown"}{(port.Host is null ? "" : $", on {port.Host}")}");
        table.AddRow(Drawing.Cell("state"), State(port.State));
        Add("source", port.Source is null ? "-" : $"{port.Source}, {port.Tls ?? "without TLS"}, connected {Ago(port.ConnectedSince)}");
        Add("service URI", port.ServiceUri is null ? "-" : $"{port.ServiceUri} (direction {port.Direction ?? "unknown"})");
        if (port.Line is { } line)
            Add("line", Line(line));
        Add("from machine", $"{ByteCount.Of(port.BytesFromMachine)}, last {Ago(port.LastByteAt)}");
        Add("to machine", ByteCount.Of(port.BytesToMachine));
        Add("migrations", port.Migrations.ToString(CultureInfo.InvariantCulture));
        Add("console", port.TelnetPort is null ? "off" : TelnetCommand(port));
        if (port.LogFile is { } log)
            Add("log", port.LogBytes is { } kept ? $"{log}, {ByteCount.Of(kept)}" : log);
        Add("users", port.Users.Count == 0 ? "nobody" : string.Join(", ", port.Users));
        foreach (var remote in port.Remotes)
        {
            table.AddRow(Drawing.Cell("remote system"), Drawing.Cell(
                $"{remote.Uri}, {remote.State} {Ago(remote.Since)}"
                + (remote.Address is null ? "" : $", {remote.Address}")
                + (remote.Detail is null ? "" : $": {remote.Detail}"),
                RemoteColor(remote.State)));
        }

        foreach (var note in port.Notes)
            table.AddRow(Drawing.Cell("note"), Drawing.Cell(note, Color.Yellow));
        return table;

        void Add(string name, string value) => table.AddRow(Drawing.Cell(name), Drawing.Cell(value));
    }

    /// <summary>A port's UUID as 8-4-4-4-12, with what tells it apart from others of the machine.</summary>
    /// <param name="port">The port.</param>
    /// <returns>What every verb accepts as PORT.</returns>
    public static string ShownId(PortDescription port) =>
        port.Uuid + Suffix(port);

    private static string Suffix(PortDescription port) => port.Id.Length > 32 ? port.Id[32..] : "";

    private List<(string Header, Func<PortDescription, string> Text)> Columns(Func<PortDescription, string> id) =>
    [
        ("NAME", p => p.Name is null ? "-" : Title(p)),
        ("ID", id),
        ("STATE", p => p.State),
        ("SOURCE", p => p.Source ?? "-"),
        ("USERS", Users),
        ("LAST BYTE", p => Age.Of(p.LastByteAt, now)),
        ("CONSOLE", Console),
    ];

    private static List<(string Header, Func<PortDescription, string> Text)> Without(
        List<(string Header, Func<PortDescription, string> Text)> columns, string[] spared) =>
        [.. columns.Where(c => !spared.Contains(c.Header))];

    /// <summary>How much of an id names one port alone.</summary>
    private static int UniqueLength(List<PortDescription> ports)
    {
        var ids = ports.Select(p => p.Id).Order(StringComparer.Ordinal).ToList();
        var length = ShortestId;
        for (var i = 1; i < ids.Count; i++)
            length = Math.Max(length, ids[i].AsSpan().CommonPrefixLength(ids[i - 1]) + 1);
        return length;
    }

    /// <summary>As it is usually written, <c>115200 8N1</c>; what nobody said is a question mark.</summary>
    private static string Line(LineDescription line)
    {
        var parity = line.Parity is { Length: > 0 } word ? char.ToUpperInvariant(word[0]) : '?';
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{(line.Baud is { } baud ? baud : "?")} {(line.DataBits is { } bits ? bits : "?")}{parity}{(line.StopBits is { } stop ? stop : "?")}");
        return text + line.Flow switch { null => "", "none" => ", no flow control", var flow => $", {flow}" }
            + (line.By == "machine" ? "" : " (set by a client; the machine told nothing)");
    }

    private static Color? RemoteColor(string state) => state switch
    {
        "connected" => Color.Green,
        "waiting" => Color.Yellow,
        _ => null,
    };

    private static Text State(string state) => Drawing.Cell(state, state switch
    {
        "connected" => Color.Green,
        "migrating" => Color.Yellow,
        _ => Color.Red,
    });

    private static string Users(PortDescription port) =>
        port.Users.Count > 0 ? string.Join(",", port.Users) : port.Clients > 0 ? port.Clients.ToString(CultureInfo.InvariantCulture) : "-";

    private static string Console(PortDescription port) =>
        port.TelnetAddress ?? port.TelnetPort?.ToString(CultureInfo.InvariantCulture) ?? "-";

    // As telnet programs want it: two words.
    private static string TelnetCommand(PortDescription port) => System.Net.IPEndPoint.TryParse(port.TelnetAddress ?? "", out var address)
        ? $"telnet {address.Address} {address.Port}"
        : $"telnet port {port.TelnetPort}";

    private string Ago(DateTimeOffset? time) => Age.Ago(time, now);
}
