namespace Portside.Host.Conformance;

/// <summary>A check cannot be tried here.</summary>
/// <param name="reason">Why.</param>
internal sealed class CheckNotApplicableException(string reason) : Exception(reason);
