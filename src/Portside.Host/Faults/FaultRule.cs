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

    /// <summary>Advanced options of a machine with this in front say what goes wrong for it: <c>portside.fault.KIND</c>.</summary>
    public const string OptionPrefix = "portside.fault.";

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

    /// <summary>The advanced option of the machine that says so; null for a rule that was added.</summary>
    public string? Option { get; init; }

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

    /// <summary>What can be said of a kind of fault.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>Names such as <c>machine</c>, <c>count</c>, <c>method</c>, <c>time</c>, <c>connections</c> and <c>fault</c>.</returns>
    public static IReadOnlyList<string> Details(FaultKind kind) =>
    [
        "machine",
        "count",
        .. kind is FaultKind.SlowApi or FaultKind.SessionExpiry or FaultKind.SlowTask or FaultKind.TaskFailure ? (string[])["method"] : [],
        .. kind is FaultKind.LateComplete or FaultKind.SlowApi or FaultKind.SlowTask ? (string[])["time"] : [],
        .. kind is FaultKind.ReconnectStorm ? (string[])["connections"] : [],
        .. kind is FaultKind.TaskFailure ? (string[])["fault"] : [],
    ];

    /// <summary>Whether an advanced option is one that says what goes wrong.</summary>
    /// <param name="option">Its name.</param>
    /// <returns>False for all others.</returns>
    public static bool IsOption(string option)
    {
        ArgumentNullException.ThrowIfNull(option);
        return option.StartsWith(OptionPrefix, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>What is wrong with an advanced option.</summary>
    /// <param name="option">Its name.</param>
    /// <param name="value">Its value; an empty one takes it away.</param>
    /// <returns>Null when nothing is, and for options that say nothing of faults.</returns>
    public static string? ComplainOf(string option, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!IsOption(option) || value.Length == 0)
            return null;
        if (!Kinds.TryGetValue(option[OptionPrefix.Length..], out var kind))
            return $"'{option}' names no kind of fault; there are {string.Join(", ", Kinds.Keys)}.";
        return Read(kind, value, out var complaint) is null ? $"{option}: {complaint}" : null;
    }

    /// <summary>Reads what an advanced option says, such as <c>3 500ms</c>: how often (or <c>always</c>), how late, and a fault's name.</summary>
    /// <param name="kind">The kind that the option's name says.</param>
    /// <param name="text">The option's value.</param>
    /// <param name="complaint">What makes no sense in it, and what would.</param>
    /// <returns>Null for what makes no sense.</returns>
    public static FaultRule? Read(FaultKind kind, string text, out string? complaint)
    {
        ArgumentNullException.ThrowIfNull(text);
        var rule = new FaultRule { Kind = kind };
        var details = Details(kind);
        var words = text.Split((char[])[' ', ','], StringSplitOptions.RemoveEmptyEntries);
        complaint = words.Length == 0 ? $"it says nothing. {Expected(details)}" : null;
        foreach (var word in words)
        {
            if (word.Equals("always", StringComparison.OrdinalIgnoreCase))
                rule = rule with { Count = 0 };
            else if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
                rule = kind == FaultKind.ReconnectStorm ? rule with { Connections = number } : rule with { Count = number };
            else if (details.Contains("time") && (Time(word, "ms", 1) ?? Time(word, "s", 1000)) is { } time)
                rule = rule with { Time = time };
            else if (details.Contains("fault") && NewFault(word) is not null)
                rule = rule with { Fault = word };
            else
                complaint ??= $"'{word}' makes no sense. {Expected(details)}";
        }

        complaint ??= rule.Complain();
        return complaint is null ? rule : null;

        static string Expected(IReadOnlyList<string> details) =>
            (details.Contains("connections") ? "It takes a number of connections (20)" : "It takes how often (3, or always)")
            + (details.Contains("time") ? ", and how late (500ms, 2s)." : details.Contains("fault") ? ", and a fault of the vSphere API that this host knows (HostNotConnected)." : ".");

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
        if (Method is not null && !Details(Kind).Contains("method"))
            return $"{Word(Kind)} is no fault of methods; of it there are {string.Join(", ", Details(Kind))}.";
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
