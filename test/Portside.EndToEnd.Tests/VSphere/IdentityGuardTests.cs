using System.Text.Json;
using Portside.EndToEnd.Tests.Processes;
using Portside.EndToEnd.Tests.Serving;
using Portside.Testing;
using Portside.VSphere.Client;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.EndToEnd.Tests.VSphere;

/// <summary>A concentrator that knows from a vSphere who its machines are, with hosts that have addresses of their own, in processes of their own.</summary>
public sealed class IdentityGuardTests
{
    private const string Uuid = "5029c440-85ee-c2a1-e9dd-b63e39364603";

    [Fact]
    public async Task Under_enforce_a_machine_on_its_host_is_served_a_vMotion_goes_through_and_impostors_are_quarantined_and_shown()
    {
        using var directory = new TemporaryDirectory();
        var configuration = directory["portside.yaml"];
        await File.WriteAllTextAsync(configuration, "diagnostics: { format: json }\n");
        await using var server = await PortsideProcess.StartAsync(directory["state"], "--config", configuration);
        await using var host = await SeededHost.StartAsync($$"""
            hosts: [esx1.example, esx2.example]
            addresses: { esx1.example: 127.0.0.31, esx2.example: 127.0.0.32 }
            machines:
              - { name: web, host: esx1.example, instanceUuid: {{Uuid}}, guest: echo, powerOn: true, serialPorts: [ { proxy: "telnet://127.0.0.1:{{server.VmPort}}", service: vSPC.py } ] }
            """);
        var web = await server.WaitForPortAsync("web");
        Assert.StartsWith("127.0.0.31:", web.Text("source"), StringComparison.Ordinal);

        // Turned on by a reload: who is right stays.
        await File.WriteAllTextAsync(host["password"], host.Variables["GOVC_PASSWORD"] + "\n");
        await File.WriteAllTextAsync(configuration, $$"""
            diagnostics: { format: json }
            vsphere:
              url: {{host.Variables["GOVC_URL"]}}
              user: {{host.Variables["GOVC_USERNAME"]}}
              passwordFile: {{host["password"]}}
              thumbprint: "{{host.Thumbprint}}"
              guard: enforce
              guardWait: 1s
            """);
        server.Reload();
        await server.WaitForAsync("/v1/server", one => one.Text("guard") == "enforce" && one.GetProperty("vSphere") is { ValueKind: JsonValueKind.Object } vsphere && vsphere.Text("state") == "following");
        Assert.Contains("identity", (await DoctorAsync(server, "ok")).Output, StringComparison.Ordinal);

        // A vMotion: the destination's host has another address, and the inventory learns of it last.
        await MigrateAsync(host, "esx2.example");
        web = await server.WaitForPortAsync("web", port => port.GetProperty("migrations").GetInt32() == 1 && port.Text("host") == "esx2.example");
        Assert.StartsWith("127.0.0.32:", web.Text("source"), StringComparison.Ordinal);
        Assert.Empty(web.Texts("notes"));

        // Another vSphere's machines: one that took the UUID, and one that nobody here knows.
        await using var foreign = await SeededHost.StartAsync($$"""
            hosts: [other.example]
            addresses: { other.example: 127.0.0.66 }
            machines:
              - { name: impostor, instanceUuid: {{Uuid}}, guest: bootlog, powerOn: true, serialPorts: [ { proxy: "telnet://127.0.0.1:{{server.VmPort}}", service: vSPC.py } ] }
              - { name: stray, guest: bootlog, powerOn: true, serialPorts: [ { proxy: "telnet://127.0.0.1:{{server.VmPort}}", service: vSPC.py } ] }
            """);
        var held = await server.WaitForAsync("/v1/quarantined", list => list.GetArrayLength() == 2 && list.EnumerateArray().All(one => one.Text("state") == "quarantined" && one.GetProperty("bytesDropped").GetInt64() > 0));
        Assert.Equal(
            [("impostor", "other-host"), ("stray", "unknown-uuid")],
            held.EnumerateArray().Select(one => (one.Text("name"), one.Text("reason"))).Order());
        Assert.All(held.EnumerateArray(), one => Assert.StartsWith("127.0.0.66:", one.Text("source"), StringComparison.Ordinal));

        var ports = await server.GetAsync("/v1/ports");
        web = Assert.Single(ports.EnumerateArray());
        Assert.StartsWith("127.0.0.32:", web.Text("source"), StringComparison.Ordinal);
        Assert.Equal(0, web.GetProperty("bytesFromMachine").GetInt64());
        Assert.Contains("claims this machine's UUID", Assert.Single(web.Texts("notes")), StringComparison.Ordinal);
        var metrics = await server.TextAsync("/metrics");
        Assert.Matches("(?m)^portside_quarantined_links(\\{[^}]*\\})? 2( |$)", metrics);
        Assert.Matches("(?m)^portside_guard_alarms[^\\n]*reason=\"unknown-uuid\"[^\\n]*\\} 1( |$)", metrics);
        var ls = (await server.RunAsync("ls")).Succeeded().Output;
        Assert.Contains("not known to be the machines they claim to be:", ls, StringComparison.Ordinal);
        var quarantine = (await server.RunAsync("quarantine", "ls")).Succeeded().Output;
        Assert.All(["impostor", "stray"], name => Assert.Matches($"127\\.0\\.0\\.66:\\d+ +{name}", quarantine));
        Assert.Contains("quarantined q", (await server.RunAsync("show", "web")).Succeeded().Output, StringComparison.Ordinal);
        Assert.Contains("  portside quarantine ls", (await DoctorAsync(server, "broken")).Output, StringComparison.Ordinal);
        Assert.Contains("\"Error\"", await server.Events.WaitForAsync("Quarantined q"), StringComparison.OrdinalIgnoreCase);

        // The machine itself never noticed.
        await using (var pipe = server.Begin("pipe", "web"))
        {
            await pipe.WriteAsync("hello\n"u8.ToArray());
            await pipe.Output.WaitForAsync("hello");
        }

        var stray = held.EnumerateArray().First(one => one.Text("name") == "stray").Text("id")!;
        (await server.RunAsync("quarantine", "admit", stray)).Succeeded();
        Assert.StartsWith("127.0.0.66:", (await server.WaitForPortAsync("stray")).Text("source"), StringComparison.Ordinal);
        await server.StopAsync();
    }

    private static async Task MigrateAsync(SeededHost host, string target)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var session = await VSphereSession.ConnectAsync(
            new VSphereOptions
            {
                Url = new Uri(host.Variables["GOVC_URL"]!),
                UserName = host.Variables["GOVC_USERNAME"]!,
                Password = host.Variables["GOVC_PASSWORD"]!,
                Trust = ServerTrust.Pinned(host.Thumbprint),
            },
            cancellation: cancellation);
        var found = new List<ObjectContent>();
        PropertySpec[] names = [new() { OfType = "VirtualMachine", PathSet = ["name"] }, new() { OfType = "HostSystem", PathSet = ["name"] }];
        await session.ListAsync(session.Content.RootFolder, names, found.Add, cancellation);
        await session.RunAsync(
            "MigrateVM_Task",
            found.First(one => one.Obj.Type == "VirtualMachine").Obj,
            [("host", VimValue.Of(found.First(one => one.Text("name") == target).Obj)), ("priority", new VimValue(VimKinds.Enumeration("VirtualMachineMovePriority"), false, "defaultPriority"))],
            null,
            cancellation).WaitAsync(Patience.Limit);
    }

    private static async Task<CommandResult> DoctorAsync(PortsideProcess server, string state)
    {
        var result = await server.RunAsync("doctor");
        Assert.Matches($"identity +{state}", result.Output);
        return result;
    }
}
