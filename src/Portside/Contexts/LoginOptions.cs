using System.CommandLine;

namespace Portside.Contexts;

/// <summary>The options by which a vSphere and who logs in there are named; the same for all verbs, but for the first one's name.</summary>
internal sealed class LoginOptions
{
    /// <summary>Options.</summary>
    /// <param name="url">Name of the option for the server.</param>
    /// <param name="what">What the server is, and what else names it.</param>
    /// <param name="isRecursive">Whether verbs below have them too.</param>
    public LoginOptions(string url, string what, bool isRecursive = false)
    {
        Url = Text(url, what, "URL");
        User = Text("--user", "Who logs in; else GOVC_USERNAME, else the context's.", "NAME");
        PasswordFile = Text("--password-file", "File with the password; else GOVC_PASSWORD, else the context's; else it is asked for.", "FILE");
        Thumbprint = Text("--thumbprint", "Trust only this certificate of the server, by its SHA-256 or SHA-1; else GOVC_TLS_KNOWN_HOSTS, GOVC_TLS_CA_CERTS, the context's, or the system's authorities.", "HASH");
        CaFile = Text("--ca-file", "Trust only the authorities in this PEM file, instead of the system's.", "FILE");

        Option<string?> Text(string name, string description, string valueName) =>
            new(name) { Description = description, HelpName = valueName, Recursive = isRecursive };
    }

    /// <summary>The vCenter or ESXi.</summary>
    public Option<string?> Url { get; }

    /// <summary>Who logs in.</summary>
    public Option<string?> User { get; }

    /// <summary>File with the password; never the password itself, which everybody on the computer could read.</summary>
    public Option<string?> PasswordFile { get; }

    /// <summary>The certificate that is believed alone.</summary>
    public Option<string?> Thumbprint { get; }

    /// <summary>Authorities that are believed.</summary>
    public Option<string?> CaFile { get; }

    /// <summary>The datacenter to which everything is limited; null where there is no such option.</summary>
    public Option<string?>? Datacenter { get; init; }

    /// <summary>Whether any certificate is believed; null where there is no such option.</summary>
    public Option<bool>? Insecure { get; init; }

    /// <summary>Adds them to a verb.</summary>
    /// <param name="command">The verb.</param>
    public void AddTo(Command command)
    {
        foreach (var option in (Option?[])[Url, User, PasswordFile, Thumbprint, CaFile, Datacenter, Insecure])
        {
            if (option is not null)
                command.Add(option);
        }
    }
}
