namespace Portside.Concentrator.Guarding;

/// <summary>How claims to ports are guarded, where somebody knows better than the machines.</summary>
public sealed class GuardOptions
{
    /// <summary>
    /// Time that the inventory gets to agree with a claim before it counts as wrong; default 30 s. A host's connection comes
    /// within milliseconds of a start, and a vCenter tells of the start some seconds later.
    /// </summary>
    public TimeSpan Wait { get; set; } = TimeSpan.FromSeconds(30);
}
