namespace Portside.EndToEnd.Tests.VSphere;

/// <summary>A server of the vSphere API that clients are let loose on.</summary>
/// <param name="Url">Its address, such as <c>https://127.0.0.1:8989/sdk</c>.</param>
/// <param name="User">Who may do everything there.</param>
/// <param name="Password">With which password.</param>
internal sealed record VSphereEndpoint(Uri Url, string User, string Password)
{
    /// <summary>The method that changes a machine's host: <c>migrate</c> or <c>relocate</c>.</summary>
    public string Move { get; init; } = "migrate";

    /// <summary>Steps of the flow that it cannot do, by client.</summary>
    public IReadOnlyDictionary<SerialClient, string[]> Lacks { get; init; } = new Dictionary<SerialClient, string[]>();
}
