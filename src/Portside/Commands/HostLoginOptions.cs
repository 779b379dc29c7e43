using System.CommandLine;
using Portside.Hosting;
using Portside.VSphere.Client;

namespace Portside.Commands;

/// <summary>Which host is meant, and who asks: in govc's variables where the command line says nothing.</summary>
internal sealed class HostLoginOptions
{
    private const string DefaultUrl = "https://127.0.0.1:8989/sdk";
    private const string DefaultUser = "administrator@vsphere.local";

    private readonly Option<string?> _url = Text("--url", $"The host; else GOVC_URL, else {DefaultUrl}.", "URL");
    private readonly Option<string?> _user = Text("--user", $"Who asks; else GOVC_USERNAME, else {DefaultUser}.", "NAME");
    private readonly Option<string?> _password = Text("--password-file", "File with the password; else GOVC_PASSWORD.", "FILE");
    private readonly Option<string?> _thumbprint = Text("--thumbprint", "The host's certificate: SHA-1 or SHA-256, as it prints them.", "HEX");
    private readonly Option<bool> _insecure = new("--insecure") { Description = "Believe any certificate; else GOVC_INSECURE=1.", Recursive = true };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_url, _user, _password, _thumbprint, _insecure])
            command.Add(option);
    }

    /// <summary>Logs in, does something, and logs out.</summary>
    /// <exception cref="CommandFailure">It cannot be.</exception>
    public async Task RunAsync(Caller caller, ParseResult arguments, Func<HostClient, Task> work, CancellationToken cancellation)
    {
        var variables = caller.Environment;
        if (!VSphereAddress.TryParse(arguments.GetValue(_url) ?? Variable("GOVC_URL") ?? DefaultUrl, out var address, out var error))
            throw new CommandFailure(ExitCode.Usage, $"--url: {error}");
        var thumbprint = arguments.GetValue(_thumbprint);
        if (thumbprint is not null && !ServerTrust.TryReadThumbprint(thumbprint, out _))
            throw new CommandFailure(ExitCode.Usage, $"--thumbprint: '{thumbprint}' is no thumbprint: SHA-1 has 40 hex digits and SHA-256 has 64");
        var password = arguments.GetValue(_password) is { } file
            ? (await File.ReadAllTextAsync(file, cancellation)).TrimEnd('\r', '\n')
            : address.Password ?? Variable("GOVC_PASSWORD")
                ?? throw new CommandFailure(ExitCode.Usage, "a password is needed", "--password-file FILE, or GOVC_PASSWORD");
        var user = arguments.GetValue(_user) ?? address.User ?? Variable("GOVC_USERNAME") ?? DefaultUser;
        var insecure = arguments.GetValue(_insecure) || Variable("GOVC_INSECURE") is "1" or "true";
        using var client = await HostClient.LoginAsync(address, user, password, insecure, thumbprint, cancellation);
        await work(client);
        await client.LogoutAsync(cancellation);

        string? Variable(string name) => variables.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
    }

    private static Option<string?> Text(string name, string description, string valueName) =>
        new(name) { Description = description, HelpName = valueName, Recursive = true };
}
