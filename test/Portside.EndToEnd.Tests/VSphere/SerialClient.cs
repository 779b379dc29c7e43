namespace Portside.EndToEnd.Tests.VSphere;

/// <summary>Libraries nobody here wrote that a flow is told with.</summary>
public enum SerialClient
{
    /// <summary>VMware's own for Python: Debian's python3-pyvmomi.</summary>
    PyVmomi,

    /// <summary>What govc is made of: Debian's golang-github-vmware-govmomi-dev.</summary>
    Govmomi,
}
