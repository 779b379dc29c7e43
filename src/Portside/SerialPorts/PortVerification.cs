namespace Portside.SerialPorts;

/// <summary>What was seen of a port after a change.</summary>
/// <param name="Key">The device's key.</param>
/// <param name="State">As <see cref="SerialPortDescription.State"/>.</param>
/// <param name="Status">What vSphere says of the connection.</param>
/// <param name="Link">What the concentrator says: <c>arrived</c>, <c>not arrived</c>, or why it was rejected or is held; null where none was asked.</param>
internal sealed record PortVerification(int Key, string State, string? Status, string? Link)
{
    /// <summary>Whether it is as it should be, as far as can be seen.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsGood => State is not ("lost" or "failed" or "connecting") && Link is null or "arrived";
}
