namespace Portside.Hosting;

/// <summary>A fault on demand, as <c>/portside/faults</c> has it.</summary>
internal sealed record FaultDescription
{
    /// <summary>Names it; given by the host.</summary>
    public string? Id { get; init; }

    /// <summary>What goes wrong.</summary>
    public required string Kind { get; init; }

    /// <summary>For which machines; null for all.</summary>
    public string? Machine { get; init; }

    /// <summary>For which methods; null for all.</summary>
    public string? Method { get; init; }

    /// <summary>How often; 0 for until it is removed, null for the kind's own.</summary>
    public int? Count { get; init; }

    /// <summary>How often it went wrong so far.</summary>
    public int? Used { get; init; }

    /// <summary>How late.</summary>
    public int? Milliseconds { get; init; }

    /// <summary>How often a storm connects.</summary>
    public int? Connections { get; init; }

    /// <summary>What a task fails with.</summary>
    public string? Fault { get; init; }

    /// <summary>The advanced option of the machine that says so; null for one that was added.</summary>
    public string? Option { get; init; }
}
