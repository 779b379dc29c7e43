namespace Portside.Load.Reports;

/// <summary>One number that a scenario measured on one target.</summary>
/// <param name="Name">What it is, the same for the concentrator and the floor.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Value">The number.</param>
/// <param name="Mark">What it has to hold, if it has to.</param>
internal sealed record Measurement(string Name, string Unit, double Value, Mark? Mark = null);
