namespace Portside.EndToEnd.Tests.VSphere;

/// <summary>Interchange by way of our own host.</summary>
public sealed class HostInterchangeTests(RunningHost host) : InterchangeTests, IClassFixture<RunningHost>
{
    private protected override VSphereEndpoint Server => host.Endpoint;
}
