using System.Text.Json;
using Portside.EndToEnd.Tests.Processes;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.VSphere;

/// <summary>Debian's Ansible with its community.vmware, in a directory of the test's own.</summary>
/// <param name="server">Whom it talks to.</param>
internal sealed class Ansible(VSphereEndpoint server) : IDisposable
{
    private static readonly TimeSpan Limit = 4 * Patience.Limit;

    private readonly TemporaryDirectory _directory = new();

    /// <summary>Plays a playbook, and asserts that everything in it was as it should be.</summary>
    /// <param name="playbook">Its name in <c>Scripts/vsphere</c>.</param>
    /// <param name="variables">What it is told, beside where the server is and as whom.</param>
    /// <param name="tag">Which part of it; null for the whole.</param>
    public async Task PlayAsync(string playbook, Dictionary<string, object> variables, string? tag = null)
    {
        variables["address"] = server.Url.Host;
        variables["api_port"] = server.Url.Port;
        variables["user"] = server.User;
        variables["password"] = server.Password;
        variables["ansible_python_interpreter"] = DebianPython.Path;
        await File.WriteAllBytesAsync(_directory["variables.json"], JsonSerializer.SerializeToUtf8Bytes(variables));
        await using var ansible = ChildProcess.Start(
            Tool.Path("ansible-playbook", "ansible"),
            [
                "--inventory", "localhost,", "--connection", "local", "--extra-vars", $"@{_directory["variables.json"]}",
                .. tag is null ? Array.Empty<string>() : ["--tags", tag], Path.Combine(AppContext.BaseDirectory, "Scripts", "vsphere", playbook),
            ],
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

    /// <summary>Has its module make ports of a machine what they should be.</summary>
    /// <param name="machine">The machine; it is off.</param>
    /// <param name="state"><c>present</c> or <c>absent</c>.</param>
    /// <param name="ports">The ports; the module takes each for the machine's first one, if there is one.</param>
    /// <returns>Whether it changed anything, and all ports as it sees them then, without what it does not tell.</returns>
    public async Task<(bool IsChanged, IReadOnlyList<ClientPort> Ports)> SerialPortsAsync(string machine, string state, params ClientPort[] ports)
    {
        await PlayAsync("ports.yml", new()
        {
            ["vm"] = machine,
            ["answer"] = _directory["answer.json"],
            ["backings"] = ports.Select(port => new Dictionary<string, object?>
            {
                ["type"] = "network",
                ["state"] = state,
                ["service_uri"] = port.ServiceUri,
                ["direction"] = port.Direction,
                ["proxy_uri"] = port.ProxyUri,
                ["yield_on_poll"] = port.YieldOnPoll,
            }).ToArray(),
        });
        using var answer = JsonDocument.Parse(await File.ReadAllBytesAsync(_directory["answer.json"]));
        return (
            answer.RootElement.GetProperty("changed").GetBoolean(),
            [.. answer.RootElement.GetProperty("serial_port_info").EnumerateArray().Select(port => new ClientPort(port.Text("service_uri")!, port.Text("direction")!, port.Text("proxy_uri")))]);
    }

    public void Dispose() => _directory.Dispose();
}
