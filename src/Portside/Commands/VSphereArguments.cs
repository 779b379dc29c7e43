using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Portside.VSphere.Client;

namespace Portside.Commands;

/// <summary>Where the vCenter or ESXi is, and as whom to log in there: options, and the variables that govc has as well.</summary>
/// <remarks>A password is taken from a file or a variable, never from the command line, which everybody on the computer can read.</remarks>
/// <param name="caller">Who runs the command.</param>
internal sealed class VSphereArguments(Caller caller)
{
    private const string Example = "export GOVC_URL=https://vcenter.example/sdk GOVC_USERNAME=user@vsphere.local GOVC_PASSWORD=…";

    private readonly Option<string?> _url = new("--vcenter") { Description = "The vCenter or ESXi; else GOVC_URL.", HelpName = "URL" };
    private readonly Option<string?> _user = new("--user") { Description = "Who logs in; else GOVC_USERNAME.", HelpName = "NAME" };
    private readonly Option<string?> _passwordFile = new("--password-file") { Description = "File with the password; else GOVC_PASSWORD.", HelpName = "FILE" };
    private readonly Option<string?> _thumbprint = new("--thumbprint") { Description = "SHA-256 or SHA-1 of the server's certificate, which is believed alone then; else GOVC_TLS_KNOWN_HOSTS, GOVC_TLS_CA_CERTS, or the system's authorities.", HelpName = "HASH" };
    private readonly Option<string?> _datacenter = new("--datacenter") { Description = "Only machines of this datacenter; else GOVC_DATACENTER; else all.", HelpName = "NAME" };

    /// <summary>Adds the options to a verb.</summary>
    /// <param name="command">The verb.</param>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_url, _user, _passwordFile, _thumbprint, _datacenter])
            command.Add(option);
    }

    /// <summary>The datacenter to which everything is limited; null for none.</summary>
    /// <param name="arguments">The parsed command line.</param>
    /// <returns>Its name or path.</returns>
    public string? Datacenter(ParseResult arguments) => arguments.GetValue(_datacenter) ?? Variable("GOVC_DATACENTER");

    /// <summary>Whether a vCenter or ESXi is named at all.</summary>
    /// <param name="arguments">The parsed command line.</param>
    /// <returns>False where neither option nor variable names one.</returns>
    public bool IsGiven(ParseResult arguments) => (arguments.GetValue(_url) ?? Variable("GOVC_URL")) is not null;

    /// <summary>Logs in.</summary>
    /// <param name="arguments">The parsed command line.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The session; the caller disposes it.</returns>
    /// <exception cref="CommandFailure">What was said makes no sense.</exception>
    /// <exception cref="VSphereException">It could not be done.</exception>
    public Task<VSphereSession> ConnectAsync(ParseResult arguments, CancellationToken cancellation) =>
        VSphereSession.ConnectAsync(Read(arguments), caller.Clock, cancellation: cancellation);

    /// <summary>What was said.</summary>
    /// <param name="arguments">The parsed command line.</param>
    /// <returns>The options of a session.</returns>
    /// <exception cref="CommandFailure">It makes no sense.</exception>
    internal VSphereOptions Read(ParseResult arguments)
    {
        var given = arguments.GetValue(_url);
        var from = given is null ? "GOVC_URL" : "--vcenter";
        var text = given ?? Variable("GOVC_URL") ?? throw new CommandFailure(ExitCode.Usage, "there is no vCenter or ESXi to talk to: --vcenter or GOVC_URL is missing", Example);
        if (!VSphereAddress.TryParse(text, out var address, out var error))
            throw new CommandFailure(ExitCode.Usage, $"{from}: {error}", Example);
        if (given is not null && address.Password is not null)
        {
            throw new CommandFailure(
                ExitCode.Usage,
                "--vcenter holds a password, which everybody on this computer can read now",
                $"portside … --vcenter {address.Url} with the password in GOVC_PASSWORD or --password-file; and change the password");
        }

        var user = arguments.GetValue(_user) ?? address.User ?? Variable("GOVC_USERNAME")
            ?? throw new CommandFailure(ExitCode.Usage, "nobody is named to log in: --user or GOVC_USERNAME is missing", Example);
        return new VSphereOptions { Url = address.Url, UserName = user, Password = Password(arguments, address), Trust = Trust(arguments, address.Url), UserAgent = $"portside/{VersionCommand.Current}" };
    }

    private string Password(ParseResult arguments, VSphereAddress address)
    {
        if (arguments.GetValue(_passwordFile) is { } file)
            return ReadText("--password-file", file).TrimEnd('\r', '\n');
        return address.Password ?? Variable("GOVC_PASSWORD")
            ?? throw new CommandFailure(ExitCode.Usage, "there is no password: GOVC_PASSWORD or --password-file is missing", Example);
    }

    private ServerTrust Trust(ParseResult arguments, Uri url)
    {
        try
        {
            if (arguments.GetValue(_thumbprint) is { } thumbprint)
                return ServerTrust.Pinned(thumbprint);
        }
        catch (FormatException e)
        {
            throw new CommandFailure(ExitCode.Usage, $"--thumbprint: {e.Message.TrimEnd('.')}");
        }

        if (Variable("GOVC_INSECURE")?.ToLowerInvariant() is "1" or "true" or "t")
        {
            caller.Error.WriteLine("portside: warning: GOVC_INSECURE: the server's certificate is not checked, and whoever is in between reads the password");
            return ServerTrust.Anything;
        }

        foreach (var file in Files("GOVC_TLS_KNOWN_HOSTS"))
        {
            try
            {
                if (KnownHosts.Find(ReadText("GOVC_TLS_KNOWN_HOSTS", file), url) is { Count: > 0 } pins)
                    return ServerTrust.Pinned(pins);
            }
            catch (FormatException e)
            {
                throw new CommandFailure(ExitCode.Usage, $"{file}: {e.Message}");
            }
        }

        var authorities = new X509Certificate2Collection();
        foreach (var file in Files("GOVC_TLS_CA_CERTS"))
        {
            var text = ReadText("GOVC_TLS_CA_CERTS", file);
            try
            {
                authorities.ImportFromPem(text);
            }
            catch (CryptographicException e)
            {
                throw new CommandFailure(ExitCode.Usage, $"GOVC_TLS_CA_CERTS: {file} holds no certificates in PEM: {e.Message.TrimEnd('.')}");
            }
        }

        return authorities.Count > 0 ? ServerTrust.By(authorities) : ServerTrust.System;
    }

    private string[] Files(string variable) =>
        Variable(variable)?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private string? Variable(string name) => caller.Environment.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    private static string ReadText(string what, string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.Usage, $"{what}: {file} cannot be read: {e.Message.TrimEnd('.')}");
        }
    }
}
