using Portside.EndToEnd.Tests.Processes;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.VSphere;

/// <summary>govmomi's simulator of a vCenter for the tests of a class. It stores serial ports, and connects none of them.</summary>
public sealed class RunningVcsim : IAsyncLifetime
{
    private const string User = "administrator@vsphere.local";
    private const string Password = "s3cret & <odd>";

    private readonly TemporaryDirectory _directory = new();
    private ChildProcess? _process;

    /// <summary>The host names of its cluster.</summary>
    public IReadOnlyList<string> Hosts { get; } = ["DC0_C0_H0", "DC0_C0_H1"];

    /// <summary>The one machine that is there from the start.</summary>
    public string Machine { get; } = "DC0_C0_RP0_VM0";

    internal VSphereEndpoint Endpoint { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _process = ChildProcess.Start(
            await GoProgram.PathAsync("vcsim"),
            ["-user", User, "-password", Password],
            new Dictionary<string, string?> { ["TMPDIR"] = _directory.Path });
        var url = await _process.Output.WaitForAsync("\n");
        Endpoint = new VSphereEndpoint(new Uri(url.Trim()), User, Password)
        {
            Move = "relocate",
            Lacks = new Dictionary<SerialClient, string[]>
            {
                // Among its tasks is one of an object that is no inventory's, which this library does not read.
                [SerialClient.PyVmomi] = ["tasks"],
                // It stores what govc adds without what every device of a real server has.
                [SerialClient.Govmomi] = ["connectable"],
            },
        };
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _directory.Dispose();
    }
}
