namespace Portside.EndToEnd.Tests.VSphere;

/// <summary>
/// Interchange by way of govmomi's simulator, which stores whatever it is given and checks nothing: a port without <c>connectable</c> where the client
/// gave none, keys of the client's own choice, an edited port at the end of the list. Our client takes that too.
/// </summary>
public sealed class VcsimInterchangeTests(RunningVcsim vcsim) : InterchangeTests, IClassFixture<RunningVcsim>
{
    private protected override VSphereEndpoint Server => vcsim.Endpoint;
}
