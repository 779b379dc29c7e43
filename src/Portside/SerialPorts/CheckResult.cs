namespace Portside.SerialPorts;

/// <summary>One thing that network serial ports need, and whether it is so.</summary>
/// <param name="Check"><c>option</c>, <c>firewall</c>, <c>licence</c>, <c>host</c>, <c>proxy</c>, <c>certificate</c> or <c>uri</c>.</param>
/// <param name="Where">Host or address it is about.</param>
/// <param name="Result"><c>ok</c>, <c>failed</c> or <c>unknown</c>.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Next">What to do about it.</param>
internal sealed record CheckResult(string Check, string Where, string Result, string Detail, string? Next = null);
