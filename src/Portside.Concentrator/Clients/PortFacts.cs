using System.Globalization;
using Portside.Concentrator.Ports;

namespace Portside.Concentrator.Clients;

/// <summary>What people are told about a port, in words, the same on every way in.</summary>
public static class PortFacts
{
    /// <summary>One line that says how the port stands.</summary>
    /// <param name="port">The port.</param>
    /// <returns>Without line end.</returns>
    public static string State(Port port)
    {
        ArgumentNullException.ThrowIfNull(port);
        return $"{port.Title} is {Standing(port)}";
    }

    /// <summary>The same without its name.</summary>
    /// <param name="port">The port.</param>
    /// <returns>Such as <c>connected from 192.0.2.1:40001</c>.</returns>
    public static string Standing(Port port)
    {
        ArgumentNullException.ThrowIfNull(port);
        var now = port.Snapshot();
        return now.State switch
        {
            PortState.Connected => $"connected from {now.Source}",
            PortState.Migrating => "moving to another host",
            _ => "disconnected",
        };
    }

    /// <summary>Why a screen may be empty.</summary>
    /// <param name="port">The port.</param>
    /// <param name="now">The time, UTC.</param>
    /// <returns>One line without line end.</returns>
    public static string Silence(Port port, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(port);
        var snapshot = port.Snapshot();
        var said = snapshot.LastByteAt is { } last
            ? snapshot.BytesFromMachine > 0 || port.Log is not { } log
                ? $"it has sent {Bytes(snapshot.BytesFromMachine)} so far, the last {Age(now - last)} ago"
                : $"it has not sent anything since this concentrator started; its log holds {Bytes(log.MeasureBytes())}, the last of {Age(now - last)} ago"
            : "it has not sent a single byte since this concentrator started";
        var hint = snapshot.State switch
        {
            PortState.Disconnected => "The machine may be off, or its port not connected.",
            PortState.Migrating => "It will go on by itself.",
            _ when snapshot.LastByteAt is null => "Press Enter; if nothing comes, the guest may lack a console there (Linux: console=ttyS0 and a getty).",
            _ => "Press Enter; if nothing comes, the guest may have stopped listening.",
        };
        return $"{State(port)}; {said}. {hint}";
    }

    /// <summary>Who is attached, one line each.</summary>
    /// <param name="port">The port.</param>
    /// <param name="self">Marked as "you"; may be null.</param>
    /// <returns>At least one line.</returns>
    public static IReadOnlyList<string> Who(Port port, Client? self)
    {
        ArgumentNullException.ThrowIfNull(port);
        var clients = port.Snapshot().Clients;
        return clients.Count == 0
            ? ["Nobody is attached."]
            : [.. clients.Select(c => $"{c.Name} ({c.Address}, {c.Via}), {c.Mode.ToWord()} since {c.Since:HH:mm:ss}Z{(c == self ? ", you" : "")}")];
    }

    /// <summary>A time span as people say it.</summary>
    /// <param name="span">A span; negative ones count as zero.</param>
    /// <returns>Such as <c>3 s</c> or <c>2 h</c>.</returns>
    public static string Age(TimeSpan span) => span.TotalSeconds switch
    {
        < 1 => "0 s",
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:F0} s"),
        < 7200 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:F0} min"),
        < 172800 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:F0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:F0} d"),
    };

    /// <summary>A control byte as keyboards name it.</summary>
    /// <param name="b">A byte.</param>
    /// <returns>Such as <c>^]</c>.</returns>
    public static string Key(byte b) => b < 32 ? $"^{(char)(b + 64)}" : ((char)b).ToString();

    internal static string Bytes(long count) =>
        count == 1 ? "1 byte" : string.Create(CultureInfo.InvariantCulture, $"{count:N0} bytes");
}
