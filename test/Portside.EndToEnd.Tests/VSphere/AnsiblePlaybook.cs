namespace Portside.EndToEnd.Tests.VSphere;

/// <summary>Debian's Ansible with its community.vmware, told by <c>Scripts/vsphere/serialport.yml</c>.</summary>
/// <param name="server">Whom it talks to.</param>
/// <param name="machine">The machine it is about; others create it and switch it on and off.</param>
/// <param name="proxy">The proxyURI of its port.</param>
/// <param name="hosts">The hosts it may be on.</param>
internal sealed class AnsiblePlaybook(VSphereEndpoint server, string machine, string proxy, IReadOnlyList<string> hosts) : IDisposable
{
    private readonly Ansible _ansible = new(server);

    /// <summary>Plays one stage, and asserts that everything in it was as it should be.</summary>
    /// <param name="tag">Which stage.</param>
    /// <param name="destination">Where the machine moves, where it does.</param>
    public Task PlayAsync(string tag, string destination = "") => _ansible.PlayAsync(
        "serialport.yml",
        new()
        {
            ["vm"] = machine,
            ["hosts"] = hosts,
            ["destination"] = destination,
            ["proxy"] = proxy,
            ["service"] = "vSPC.py",
            ["edited"] = "vmware-vspc",
        },
        tag);

    public void Dispose() => _ansible.Dispose();
}
