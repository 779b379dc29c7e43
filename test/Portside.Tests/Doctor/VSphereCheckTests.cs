using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Portside.Api.Contracts;
using Portside.Commands;
using Portside.Doctor;
using Portside.Doctor.Checks;
using Portside.Host.Api;
using Portside.Host.Inventory;
using Portside.Tests.Commands;

namespace Portside.Tests.Doctor;

/// <summary>The vSphere that a concentrator follows, broken in each way, and found.</summary>
public sealed class VSphereCheckTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    [Fact]
    public async Task A_vSphere_that_is_followed_by_an_account_that_may_only_read_is_ok()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await rig.AddAsync("web");
        Follow(rig, rig.Url);
        await StateAsync(rig, vsphere => vsphere is { State: "following", Machines: 1 });
        using var api = rig.Service.Connect();
        await ConsoleRig.UntilAsync(() => api.GetPortsAsync(default).GetAwaiter().GetResult().All(port => port.InventoryPath is not null));
        var (code, reports, error) = await rig.ExamineAsync();
        Assert.True(code == ExitCode.Done, string.Join('\n', reports) + error);
        Assert.Matches(@"is followed since \w+, with 1 machine, last heard of \w+ ago; it knows the connected machine$", reports.Single(report => report.Check == "vsphere").Evidence);
    }

    [Fact]
    public async Task A_login_that_is_refused_is_found()
    {
        await using var rig = await ConsoleRig.StartAsync();
        Follow(rig, rig.Url, password: "wrong");
        var broken = await FindAsync(rig, "refused");
        Assert.Contains("not tried again by itself", broken.Evidence, StringComparison.Ordinal);
        Assert.Contains("vsphere.passwordFile", broken.Repair, StringComparison.Ordinal);
        Assert.EndsWith("systemctl reload portside", broken.Repair, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", broken.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_file_that_is_not_there_is_found()
    {
        await using var rig = await ConsoleRig.StartAsync();
        Follow(rig, rig.Url, password: null);
        var broken = await FindAsync(rig, "unreachable");
        Assert.Contains("password", broken.Evidence, StringComparison.Ordinal);
        Assert.StartsWith("portside config check", broken.Repair, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_vSphere_that_does_not_answer_is_found()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var rig = await ConsoleRig.StartAsync();
        Follow(rig, $"http://{taken.LocalEndPoint}/sdk");
        var broken = await FindAsync(rig, "unreachable");
        Assert.Contains($"{taken.LocalEndPoint}", broken.Evidence, StringComparison.Ordinal);
        Assert.StartsWith("portside port ls --vcenter http://127.0.0.1:", broken.Repair, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_is_not_believed_is_found_with_the_thumbprint_to_pin()
    {
        await using var inventory = new HostInventory(new());
        using var certificate = HostCertificate.LoadOrMake(null, [IPAddress.Loopback], TimeProvider.System);
        await using var server = await VimServer.StartAsync(
            new VimServerOptions { Https = [new IPEndPoint(IPAddress.Loopback, 0)], Certificate = certificate, Users = [new HostUser("bob", "secret", ReadOnly: true)] }, inventory, NullLoggerFactory.Instance);
        await using var rig = await ConsoleRig.StartAsync();
        Follow(rig, $"{server.Urls[0].ToString().TrimEnd('/')}/sdk");
        var broken = await FindAsync(rig, "unreachable");
        Assert.Matches("vsphere.thumbprint: ([0-9A-F]{2}:){31}[0-9A-F]{2}", broken.Repair);
    }

    [Fact]
    public async Task An_account_that_may_see_no_machine_is_found()
    {
        await using var rig = await ConsoleRig.StartAsync();
        Follow(rig, rig.Url);
        var broken = await FindAsync(rig, "following");
        Assert.Contains("not one machine", broken.Evidence, StringComparison.Ordinal);
        Assert.Equal("govc permissions.set -principal bob -role ReadOnly -propagate=true /", broken.Repair);
    }

    [Fact]
    public async Task A_vSphere_that_knows_none_of_the_connected_machines_is_found()
    {
        await using var rig = await ConsoleRig.StartAsync();
        await using var other = await ConsoleRig.StartAsync();
        await rig.AddAsync("web");
        await other.AddAsync("stranger");
        Follow(rig, other.Url);
        await StateAsync(rig, vsphere => vsphere is { State: "following", Machines: 1 });
        Assert.Contains("it knows not one of 1 connected machine (web)", (await FindAsync(rig, "following")).Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("following", 5, 0, 1, "Unknown", "1 of 3 connected machines are not among them (m0)")]
    [InlineData("following", 5, 0, 0, "Ok", "it knows all 3 connected machines")]
    [InlineData("following", 5, 1, 0, "Ok", "; the configuration of 1 cannot be read; it knows all 3")]
    [InlineData("following", 5, 5, 0, "Broken", "and the configuration of none")]
    [InlineData("connecting", 0, 0, 0, "Unknown", "is being connected since 3m")]
    public void What_is_seen_is_told(string state, int machines, int unreadable, int strangers, string expected, string words)
    {
        var ports = Enumerable.Range(0, 3).Select(number => Samples.Web with { Name = $"m{number}", InventoryPath = number < strangers ? null : "/DC0/vm/m" }).ToList();
        var vsphere = new VSphereDescription { Url = "https://v/sdk", State = state, Machines = machines, Unreadable = unreadable, Since = Samples.Noon, Heard = Samples.Noon };
        var finding = VSphereCheck.Decide(vsphere, ports, Samples.Noon.AddMinutes(3));
        Assert.Equal(expected, finding.State.ToString());
        Assert.Contains(words, finding.Evidence, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();

    private void Follow(ConsoleRig rig, string url, string? password = "secret") => rig.Service.Service.Follow(new()
    {
        Url = url,
        User = "bob",
        PasswordFile = password is null ? Path.Combine(_directory.Path, "no-password") : _directory.Write("password", password),
    });

    private static Task StateAsync(ConsoleRig rig, Func<VSphereDescription, bool> isSo) =>
        ConsoleRig.UntilAsync(() => rig.Service.Service.Describe().VSphere is { } vsphere && isSo(vsphere));

    private static async Task<CheckReport> FindAsync(ConsoleRig rig, string state)
    {
        await StateAsync(rig, vsphere => vsphere.State == state);
        var (code, reports, error) = await rig.ExamineAsync();
        Assert.True(code == ExitCode.Failed, string.Join('\n', reports) + error);
        var broken = Assert.Single(reports, report => report.IsBroken);
        Assert.Equal("vsphere", broken.Check);
        Assert.NotNull(broken.Repair);
        return broken;
    }
}
