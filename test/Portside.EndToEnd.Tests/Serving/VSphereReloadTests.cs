using Portside.EndToEnd.Tests.VSphere;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.Serving;

/// <summary>A running <c>portside serve</c> follows the vSphere that its configuration names after SIGHUP, and no console notices.</summary>
public class VSphereReloadTests
{
    private const string Uuid = "5029c440-85ee-c2a1-e9dd-b63e39364603";

    [Fact]
    public async Task A_vSphere_that_the_configuration_gained_changed_or_lost_is_followed_after_SIGHUP()
    {
        using var directory = new TemporaryDirectory();
        var config = directory["portside.yaml"];
        var password = directory["password"];
        await File.WriteAllTextAsync(config, "vm:\n  serviceNames: [ours]\n");
        await using var server = await PortsideProcess.StartAsync(directory["state"], "--config", config);
        await using var first = await SeededHost.StartAsync($$"""
            folders: [prod]
            machines: [ { name: web, folder: prod, instanceUuid: {{Uuid}}, powerOn: true, guest: echo, serialPorts: [ { proxy: "telnet://127.0.0.1:{{server.VmPort}}", service: vSPC.py } ] } ]
            """);
        await using var second = await SeededHost.StartAsync($$"""
            folders: [moved]
            machines: [ { name: shop, folder: moved, instanceUuid: {{Uuid}} } ]
            """);
        var since = (await server.WaitForPortAsync("web")).Text("connectedSince");
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await server.GetAsync("/v1/server")).GetProperty("vSphere").ValueKind);

        // Gained, with a password that is refused: it is not tried again, until a reload finds another one in the file.
        await File.WriteAllTextAsync(password, "wrong\n");
        await ReloadAsync(Following(first));
        await StateAsync("refused");
        await File.WriteAllTextAsync(password, first.Variables["GOVC_PASSWORD"] + "\n");
        server.Reload();
        await StateAsync("following");
        await server.WaitForPortAsync("web", port => port.Text("inventoryPath") == "/DC0/vm/prod/web" && port.Text("powerState") == "poweredOn");

        // What makes no sense changes nothing.
        await ReloadAsync("vsphere:\n  url: https://vcenter.example\n");
        await server.Events.WaitForAsync("not applied");
        Assert.Equal("following", (await server.GetAsync("/v1/server")).GetProperty("vSphere").Text("state"));

        // Changed: another server, and with it another certificate.
        await ReloadAsync(Following(second));
        await server.WaitForPortAsync("shop", port => port.Text("inventoryPath") == "/DC0/vm/moved/shop" && port.Text("powerState") == "poweredOff");
        Assert.Equal(second.Variables["GOVC_URL"], (await server.GetAsync("/v1/server")).GetProperty("vSphere").Text("url"));

        // A file that is not there, and then is, without another word in the configuration.
        File.Delete(password);
        await ReloadAsync(Following(first));
        await StateAsync("unreachable");
        await File.WriteAllTextAsync(password, first.Variables["GOVC_PASSWORD"]);
        server.Reload();
        await StateAsync("following");
        await server.WaitForPortAsync("web", port => port.Text("inventoryPath") == "/DC0/vm/prod/web");

        // Lost.
        await ReloadAsync("vm:\n  serviceNames: [ours]\n");
        await server.WaitForAsync("/v1/server", description => description.GetProperty("vSphere").ValueKind == System.Text.Json.JsonValueKind.Null);
        var after = await server.WaitForPortAsync(Uuid, port => port.Text("inventoryPath") is null);
        Assert.Equal(("connected", since), (after.Text("state"), after.Text("connectedSince")));
        await server.StopAsync();

        string Following(SeededHost host) => $"""
            vsphere:
              url: {host.Variables["GOVC_URL"]}
              user: {host.Variables["GOVC_USERNAME"]}
              passwordFile: {password}
              thumbprint: {File.ReadAllText(host.Variables["GOVC_TLS_KNOWN_HOSTS"]!).Split(' ')[1].Trim()}

            """;

        async Task ReloadAsync(string text)
        {
            await File.WriteAllTextAsync(config, text);
            server.Reload();
        }

        Task StateAsync(string state) => server.WaitForAsync("/v1/server", description =>
            description.GetProperty("vSphere") is { ValueKind: System.Text.Json.JsonValueKind.Object } vsphere && vsphere.Text("state") == state);
    }
}
