namespace Portside.Host.Conformance;

/// <summary>How a check ended.</summary>
public enum ConformanceOutcome
{
    /// <summary>The concentrator does what the clause asks for.</summary>
    Pass,

    /// <summary>It does not.</summary>
    Fail,

    /// <summary>It could not be tried here: the concentrator does not offer it, or something is needed that was not given.</summary>
    NotApplicable,
}
