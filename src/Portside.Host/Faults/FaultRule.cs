using System.Globalization;
using System.IO.Enumeration;
using System.Text;
using Portside.Host.Migration;
using Portside.VSphere.Contracts;

namespace Portside.Host.Faults;

/// <summary>What is to go wrong, for whom, and how often.</summary>
public sealed record FaultRule
{
    /// <summary>Longest time that something may be late.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromHours(1);

    /// <summary>Most connections of a storm.</summary>
    public const int MaxConnections = 10_000;

    private readonly int? _count;

    /// <summary>Names the rule, such as <c>f1</c>; given by the plan.</summary>
    public string Id { get; init; } = "";

    /// <summary>What goes wrong.</summary>
    public required FaultKind Kind { get; init; }

    /// <summary>Names of machines, with <c>*</c> and <c>?</c>; null, the default, for all, and for calls that concern none.</summary>
    public string? Machine { get; init; }

    /// <summary>Names of methods, such as <c>PowerOn*</c>; null, the default, for all.</summary>
    public string? Method { get; init; }

    /// <summary>How often; 0 for until the rule is removed. Default once, and for what is slow until it is removed.</summary>
    public int Count
    {
        get => _count ?? (Kind is FaultKind.SlowApi or FaultKind.SlowTask ? 0 : 1);
        init => _count = value;
    }

    /// <summary>How late, where something is; default 2 s.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a storm connects; default 20.</summary>
    public int Connections { get; init; } = 20;

    /// <summary>Name of the fault that a task ends with; default <c>GenericVmConfigFault</c>.</summary>
    public string Fault { get; init; } = nameof(GenericVmConfigFault);

    /// <summary>How often it went wrong so far.</summary>
    public int Used { get; init; }

    /// <summary>Every kind by its name, such as <c>abort-after-begin</c>.</summary>
    public static IReadOnlyDictionary<string, FaultKind> Kinds { get; } =
        Enum.GetValues<FaultKind>().ToDictionary(Word, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether it concerns moves.</summary>
    internal bool IsVmotion => Kind <= FaultKind.IacInSequence;

    /// <summary>Whether it concerns connections.</summary>
    internal bool IsConnection => Kind is FaultKind.DuplicateUuid or FaultKind.ReconnectStorm;

    /// <summary>Name of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>Such as <c>abort-after-begin</c>.</returns>
    public static string Word(FaultKind kind)
    {
        var word = new StringBuilder();
        foreach (var c in kind.ToString())
        {
            if (char.IsAsciiLetterUpper(c) && word.Length > 0)
                word.Append('-');
            word.Append(char.ToLowerInvariant(c));
        }

        return word.Replace("go-ahead", "goahead").Replace("not-now", "notnow").ToString();
    }

    /// <summary>Reads what an advanced option says, such as <c>3 500ms</c>: how often (or <c>always</c>), how late, and a fault's name.</summary>
    /// <param name="kind">The kind that the option's name says.</param>
    /// <param name="text">The option's value.</param>
    /// <returns>Null for what makes no sense.</returns>
    public static FaultRule? Read(FaultKind kind, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var rule = new FaultRule { Kind = kind };
        foreach (var word in text.Split((char[])[' ', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.Equals("always", StringComparison.OrdinalIgnoreCase))
                rule = rule with { Count = 0 };
            else if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                rule = kind == FaultKind.ReconnectStorm ? rule with { Connections = number } : rule with { Count = number };
            else if (Time(word, "ms", 1) is { } milliseconds)
                rule = rule with { Time = milliseconds };
            else if (Time(word, "s", 1000) is { } seconds)
                rule = rule with { Time = seconds };
            else
                rule = rule with { Fault = word };
        }

        return rule.Complain() is null ? rule : null;

        static TimeSpan? Time(string word, string unit, int factor) =>
            word.EndsWith(unit, StringComparison.Ordinal)
            && int.TryParse(word[..^unit.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? TimeSpan.FromMilliseconds((double)number * factor)
                : null;
    }

    /// <summary>What is wrong with the rule.</summary>
    /// <returns>Null when nothing is.</returns>
    public string? Complain()
    {
        if (Count < 0)
            return "The count is 0, for until it is removed, or more.";
        if (Time < TimeSpan.Zero || Time > MaxTime)
            return $"The time is 0 to {MaxTime.TotalMilliseconds:0} ms.";
        if (Connections is < 1 or > MaxConnections)
            return $"A storm has 1 to {MaxConnections} connections.";
        return NewFault(Fault) is null ? $"'{Fault}' is no fault of the vSphere API that this host knows." : null;
    }

    internal bool Concerns(string? machine, string? method) => Matches(Machine, machine) && Matches(Method, method);

    /// <summary>Makes a vMotion go wrong.</summary>
    internal VmotionOptions Apply(VmotionOptions options) => Kind switch
    {
        FaultKind.LateComplete => options with { CompleteDelay = Time },
        FaultKind.IacInSequence => options with { SequenceWithIac = true },
        FaultKind.SourceClosesFirst => options with { SourceClosesFirst = true },
        _ => options with
        {
            Fault = Kind switch
            {
                FaultKind.AbortAfterBegin => VmotionFault.AbortAfterBegin,
                FaultKind.AbortAfterGoAhead => VmotionFault.AbortAfterGoAhead,
                FaultKind.AbortAfterPeer => VmotionFault.AbortAfterPeer,
                FaultKind.AbortAfterPeerOk => VmotionFault.AbortAfterPeerOk,
                FaultKind.DestinationDies => VmotionFault.DestinationDiesAfterPeerOk,
                FaultKind.SourceResumes => VmotionFault.SourceResumesSilently,
                FaultKind.SourceLost => VmotionFault.SourceLostAfterGoAhead,
                FaultKind.BothLost => VmotionFault.BothLostAfterGoAhead,
                FaultKind.SourceSilent => VmotionFault.SourceSilentAfterGoAhead,
                FaultKind.SourceHalfOpen => VmotionFault.SourceSilentAfterComplete,
                FaultKind.NotNowIgnored => VmotionFault.NotNowIgnored,
                _ => options.Fault,
            },
        },
    };

    /// <summary>The fault that a task ends with.</summary>
    internal static MethodFault? NewFault(string name)
    {
        var fault = VimTypes.Find(name)?.Create() as MethodFault;
        if (fault is GenericVmConfigFault generic)
            generic.Reason = "A fault was asked for.";
        return fault;
    }

    private static bool Matches(string? pattern, string? name) =>
        pattern is null || (name is not null && FileSystemName.MatchesSimpleExpression(pattern, name));
}
