namespace Portside.Host.Conformance;

/// <summary>A concentrator is not as wanted.</summary>
/// <param name="seen">What was seen instead.</param>
internal sealed class CheckFailedException(string seen) : Exception(seen);
