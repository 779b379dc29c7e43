using Portside.Output;

namespace Portside.SerialPorts;

/// <summary>What one host is found to be for network serial ports: decided once, for all verbs.</summary>
/// <param name="Check"><c>option</c>, <c>licence</c> or <c>firewall</c>.</param>
/// <param name="Host">The host's name.</param>
/// <param name="IsRight">Whether it is as ports need it; null where nobody says.</param>
/// <param name="Detail">What was found, in words.</param>
/// <param name="Repair">The command that repairs it, for the host as a word of a command line; null where nothing is to be repaired.</param>
internal sealed record HostVerdict(string Check, string Host, bool? IsRight, string Detail, Func<string, string>? Repair = null)
{
    /// <summary>One command for several hosts that lack the same.</summary>
    /// <param name="verdicts">Their verdicts, at least one.</param>
    public static string RepairOf(IReadOnlyList<HostVerdict> verdicts)
    {
        ArgumentOutOfRangeException.ThrowIfZero(verdicts.Count);
        var repair = verdicts[0].Repair ?? throw new ArgumentException("There is nothing to repair.", nameof(verdicts));
        var words = verdicts.Select(verdict => ShellWord.Of(verdict.Host)).Distinct().ToList();
        var command = repair(words.Count == 1 ? words[0] : "\"$h\"");
        return words.Count == 1 ? command : $"for h in {string.Join(' ', words)}; do {command}; done";
    }

    /// <summary>As one line of a list of checks.</summary>
    /// <param name="where">The host, and what else it is about.</param>
    public CheckResult ToResult(string? where = null) => new(
        Check,
        where ?? Host,
        IsRight switch
        {
            true => "ok",
            false => "failed",
            null => "unknown",
        },
        Detail,
        IsRight == false ? RepairOf([this]) : null);
}
