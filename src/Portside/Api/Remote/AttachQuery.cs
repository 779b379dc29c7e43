using System.Globalization;

namespace Portside.Api.Remote;

/// <summary>How somebody wants to attach.</summary>
internal sealed record AttachQuery
{
    /// <summary>The mode asked for.</summary>
    public string Mode { get; init; } = "read-write";

    /// <summary>Whether those who are in the way are turned out.</summary>
    public bool Steal { get; init; }

    /// <summary>Whether the machine's bytes come and nothing else.</summary>
    public bool Plain { get; init; }

    /// <summary>Recent output to show first, in bytes; null: as much as the server likes.</summary>
    public long? Replay { get; init; }

    /// <summary>Who it is.</summary>
    public string? Name { get; init; }

    /// <summary>The window's size.</summary>
    public (int Columns, int Rows)? Size { get; init; }

    /// <summary>The query part of the address, with its question mark.</summary>
    /// <returns>The query.</returns>
    public override string ToString()
    {
        var query = $"?mode={Mode}&steal={(Steal ? "true" : "false")}&plain={(Plain ? "true" : "false")}";
        if (Replay is { } replay)
            query += string.Create(CultureInfo.InvariantCulture, $"&replay={replay}");
        if (Name is not null)
            query += $"&name={Uri.EscapeDataString(Name)}";
        if (Size is var (columns, rows))
            query += string.Create(CultureInfo.InvariantCulture, $"&columns={columns}&rows={rows}");
        return query;
    }
}
