using System.Text.Json;
using Portside.EndToEnd.Tests.Processes;
using Portside.Testing;

namespace Portside.EndToEnd.Tests.VSphere;

/// <summary>A running <c>portside host</c> with machines from a seed, and the variables by which <c>portside port</c> finds it.</summary>
internal sealed class SeededHost : IAsyncDisposable
{
    private const string Password = "s3cret & <odd>";

    private readonly TemporaryDirectory _directory;
    private readonly ChildProcess _process;

    private SeededHost(TemporaryDirectory directory, ChildProcess process, JsonElement description)
    {
        _directory = directory;
        _process = process;
        Thumbprint = description.Text("thumbprintSha256")!;
        Variables = new()
        {
            ["GOVC_URL"] = description.Text("url"),
            ["GOVC_USERNAME"] = description.Text("user"),
            ["GOVC_PASSWORD"] = Password,
            ["GOVC_INSECURE"] = null,
            ["GOVC_TLS_CA_CERTS"] = null,
            ["GOVC_DATACENTER"] = null,
            ["GOVC_TLS_KNOWN_HOSTS"] = this["known-hosts"],
        };
        File.WriteAllText(this["known-hosts"], $"{new Uri(description.Text("url")!).Authority} {description.Text("thumbprintSha256")}\n");
    }

    /// <summary>Variables of a user of the host.</summary>
    public Dictionary<string, string?> Variables { get; }

    /// <summary>SHA-256 of its certificate.</summary>
    public string Thumbprint { get; }

    /// <summary>A path in a directory of the test's own.</summary>
    public string this[string name] => _directory[name];

    /// <summary>Starts one.</summary>
    /// <param name="seed">YAML with its machines.</param>
    public static async Task<SeededHost> StartAsync(string seed)
    {
        var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory["seed.yaml"], seed);
        var process = ChildProcess.Start(
            Executable.Path,
            ["host", "--listen", "127.0.0.1:0", "--seed", directory["seed.yaml"], "-o", "json"],
            new Dictionary<string, string?> { ["PORTSIDE_HOST_PASSWORD"] = Password });
        using var description = JsonDocument.Parse(await process.Output.WaitForAsync("}\n"));
        return new SeededHost(directory, process, description.RootElement.Clone());
    }

    /// <summary>Runs <c>portside port</c>.</summary>
    public Task<CommandResult> PortAsync(params string[] arguments) => ChildProcess.RunAsync(Executable.Path, ["port", .. arguments], environment: Variables);

    /// <summary>Begins <c>portside port</c>.</summary>
    public ChildProcess Begin(params string[] arguments) => ChildProcess.Start(Executable.Path, ["port", .. arguments], Variables);

    public async ValueTask DisposeAsync()
    {
        await using (_process)
        {
            _process.Signal(Signals.Terminate);
            await _process.WaitForExitAsync();
        }

        _directory.Dispose();
    }
}
