using System.Text.Json;
using Portside.EndToEnd.Tests.Processes;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.VSphere;

/// <summary>Debian's Ansible with its community.vmware, told by <c>Scripts/vsphere/serialport.yml</c>; it keeps its files in a directory of the test's own.</summary>
/// <param name="server">Whom it talks to.</param>
/// <param name="machine">The machine it is about; others create it and switch it on and off.</param>
/// <param name="proxy">The proxyURI of its port.</param>
/// <param name="hosts">The hosts it may be on.</param>
internal sealed class AnsiblePlaybook(VSphereEndpoint server, string machine, string proxy, IReadOnlyList<string> hosts) : IDisposable
{
    private static readonly TimeSpan Limit = 4 * Patience.Limit;

    private readonly TemporaryDirectory _directory = new();

    /// <summary>Plays one stage, and asserts that everything in it was as it should be.</summary>
    /// <param name="tag">Which stage.</param>
    /// <param name="destination">Where the machine moves, where it does.</param>
    public async Task PlayAsync(string tag, string destination = "")
    {
        var variables = new Dictionary<string, object>
        {
            ["address"] = server.Url.Host,
            ["api_port"] = server.Url.Port,
            ["user"] = server.User,
            ["password"] = server.Password,
            ["vm"] = machine,
            ["hosts"] = hosts,
            ["destination"] = destination,
            ["proxy"] = proxy,
            ["service"] = "vSPC.py",
            ["edited"] = "vmware-vspc",
            ["ansible_python_interpreter"] = DebianPython.Path,
        };
        await File.WriteAllBytesAsync(_directory["variables.json"], JsonSerializer.SerializeToUtf8Bytes(variables));
        var playbook = Path.Combine(AppContext.BaseDirectory, "Scripts", "vsphere", "serialport.yml");
        await using var ansible = ChildProcess.Start(
            Tool.Path("ansible-playbook", "ansible"),
            ["--inventory", "localhost,", "--connection", "local", "--extra-vars", $"@{_directory["variables.json"]}", "--tags", tag, playbook],
            new Dictionary<string, string?>
            {
                ["HOME"] = _directory.Path,
                ["ANSIBLE_HOME"] = _directory.Path,
                ["ANSIBLE_LOCAL_TEMP"] = _directory["local"],
                ["ANSIBLE_REMOTE_TEMP"] = _directory["remote"],
                ["ANSIBLE_NOCOLOR"] = "1",
                ["PYTHONWARNINGS"] = "ignore",
            });
        ansible.CloseInput();
        (await ansible.WaitForResultAsync(Limit)).Succeeded();
    }

    public void Dispose() => _directory.Dispose();
}
