namespace Portside.Host.Machines;

/// <summary>What makes a backing impossible.</summary>
/// <param name="Property">The property it lies in, as the API spells it and relative to the backing, such as <c>proxyURI</c>.</param>
/// <param name="Text">What is wrong with it, for people.</param>
public sealed record BackingProblem(string Property, string Text);
