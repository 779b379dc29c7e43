namespace Portside.SerialPorts;

/// <summary>One thing that network serial ports need, and whether it is so.</summary>
/// <param name="Check"><c>machine</c>, <c>host</c>, <c>option</c>, <c>firewall</c>, <c>licence</c>, <c>uri</c>, <c>proxy</c> or <c>certificate</c>.</param>
/// <param name="Where">Machine, host, proxy URI or address it is about.</param>
/// <param name="Result"><c>ok</c>, <c>failed</c> or <c>unknown</c>.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Next">What to do about it.</param>
internal sealed record CheckResult(string Check, string Where, string Result, string Detail, string? Next = null)
{
    /// <summary>Whether no TLS was to be had where it is asked for.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool LacksTls { get; init; }
}
