namespace Portside.Configuration.Syntax;

/// <summary>TCP ports from one to another; the last is 0 for none.</summary>
/// <param name="First">The first.</param>
/// <param name="Last">The last, inclusive.</param>
internal readonly record struct PortRange(int First, int Last);
