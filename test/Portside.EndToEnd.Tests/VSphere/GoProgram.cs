using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Portside.EndToEnd.Tests.Processes;

namespace Portside.EndToEnd.Tests.VSphere;

/// <summary>Programs of <c>Scripts/vsphere</c>, built with Debian's Go and its govmomi, and kept until their source or their tools change.</summary>
internal static class GoProgram
{
    private const string Sources = "/usr/share/gocode";
    private const string Package = "golang-github-vmware-govmomi-dev";

    /// <summary>The library is hundreds of thousands of lines, built once.</summary>
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(10);

    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Built = new();

    /// <summary>Builds a program unless it is there.</summary>
    /// <param name="name">Its directory, such as <c>vcsim</c>.</param>
    /// <returns>The path of the executable.</returns>
    public static Task<string> PathAsync(string name) => Built.GetOrAdd(name, one => new Lazy<Task<string>>(() => BuildAsync(one))).Value;

    private static async Task<string> BuildAsync(string name)
    {
        var go = Tool.Path("go", "golang-go");
        if (!Directory.Exists($"{Sources}/src/github.com/vmware/govmomi"))
            Assert.Fail($"govmomi is not installed. ./test.sh installs it; by hand, as root: apt-get install {Package}");

        var source = Path.Combine(AppContext.BaseDirectory, "Scripts", "vsphere", name, "main.go");
        var directory = Directory.CreateDirectory(Path.Combine(Executable.Repository, "artifacts", "go")).FullName;
        var environment = new Dictionary<string, string?>
        {
            ["GO111MODULE"] = "off",
            ["GOPATH"] = Sources,
            ["GOFLAGS"] = "",
            ["GOCACHE"] = Path.Combine(directory, "cache"),
        };
        var version = (await ChildProcess.RunAsync(go, ["version"], environment: environment)).Succeeded().Output;
        var library = $"/var/lib/dpkg/info/{Package}.md5sums";
        var built = Path.Combine(directory, $"{name}-{Digest(await File.ReadAllTextAsync(source), version, File.Exists(library) ? await File.ReadAllTextAsync(library) : "")}");
        if (File.Exists(built))
            return built;

        // Two runs of the tests may build at a time; each of them puts a whole program in place.
        var unfinished = $"{built}.{Environment.ProcessId}";
        await using (var building = ChildProcess.Start(go, ["build", "-o", unfinished, source], environment))
        {
            building.CloseInput();
            (await building.WaitForResultAsync(BuildLimit)).Succeeded();
        }

        File.Move(unfinished, built, overwrite: true);
        return built;
    }

    private static string Digest(params string[] texts) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', texts))))[..16].ToLowerInvariant();
}
