using System.CommandLine;
using Portside.Contexts;
using Portside.Hosting;

namespace Portside.Commands;

/// <summary>Which host is meant, and who asks: in govc's variables and the context where the command line says nothing.</summary>
/// <param name="global">What every verb understands.</param>
internal sealed class HostLoginOptions(GlobalOptions global)
{
    private const string DefaultUrl = "https://127.0.0.1:8989/sdk";
    private const string DefaultUser = "administrator@vsphere.local";

    private readonly LoginOptions _options = new("--url", $"The host; else GOVC_URL, else the context's, else {DefaultUrl}.", isRecursive: true)
    {
        Insecure = new("--insecure") { Description = "Believe any certificate; else GOVC_INSECURE=1.", Recursive = true },
    };

    public void AddTo(Command command) => _options.AddTo(command);

    /// <summary>Logs in, does something, and logs out.</summary>
    /// <exception cref="CommandFailure">It cannot be.</exception>
    public async Task RunAsync(ParseResult arguments, Func<HostClient, Task> work, CancellationToken cancellation)
    {
        var login = global.Login(arguments, _options, global.Context(arguments), (DefaultUrl, DefaultUser));
        using var client = await HostClient.LoginAsync(await login.ReadAsync(cancellation), cancellation);
        await work(client);
        await client.LogoutAsync(cancellation);
    }
}
