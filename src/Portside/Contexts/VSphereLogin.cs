using Portside.Commands;
using Portside.VSphere.Client;

namespace Portside.Contexts;

/// <summary>Where a vSphere is and as whom to log in there, as it follows from all who say something of it.</summary>
/// <remarks>
/// The more important one wins, value by value: options, the context that <c>--context</c> names, the environment, the current context. What
/// a context says holds for its own server, and its password for its own user; likewise what the environment says, where a context
/// that is named comes before it. So nobody's password goes to another server because a variable was left over.
/// </remarks>
internal sealed class VSphereLogin
{
    private const string Example = "export GOVC_URL=https://vcenter.example/sdk GOVC_USERNAME=user@vsphere.local GOVC_PASSWORD=…";

    private readonly Caller _caller;
    private readonly string _option;

    /// <summary>Puts together what was said.</summary>
    /// <param name="caller">Who asks; a password may be asked of them.</param>
    /// <param name="option">The option for the server.</param>
    /// <param name="layers">All who say something, the most important first.</param>
    /// <param name="otherwise">Server and user where nobody says one.</param>
    /// <exception cref="CommandFailure">It makes no sense.</exception>
    public VSphereLogin(Caller caller, string option, IReadOnlyList<LoginLayer> layers, (string Url, string User)? otherwise = null)
    {
        (_caller, _option) = (caller, option);
        var first = layers.FirstOrDefault(layer => layer.Url is not null);
        Url = first?.Url ?? (otherwise is { } usual ? new(usual.Url, Said.Default) : null);
        if (Url is null)
        {
            // What is said of the datacenter needs no server to be understood.
            Datacenter = layers.Select(layer => layer.Datacenter).FirstOrDefault(said => said is not null);
            return;
        }

        Address = Parse(Url, option);
        var counting = layers.Where(layer => IsFor(layer, first, Address.Url)).ToList();
        User = counting.Select(layer => layer.User).FirstOrDefault(said => said is not null) ?? (otherwise is { } known ? new(known.User, Said.Default) : null);
        Password = counting.Where(layer => IsOf(layer, layers)).Select(layer => layer.Password).FirstOrDefault(source => source is not null);
        Datacenter = counting.Select(layer => layer.Datacenter).FirstOrDefault(said => said is not null);
        Trust = counting.Select(layer => layer.Trust(Address.Url)).FirstOrDefault(source => source is not null);
    }

    /// <summary>The vCenter or ESXi; null where nobody names one.</summary>
    public Said? Url { get; }

    /// <summary>Who logs in; null where nobody is named.</summary>
    public Said? User { get; }

    /// <summary>Where the password is; null where it is to be asked for.</summary>
    public PasswordSource? Password { get; }

    /// <summary>The datacenter to which everything is limited; null for all.</summary>
    public Said? Datacenter { get; }

    /// <summary>Which certificates are believed; null for the system's authorities.</summary>
    public TrustSource? Trust { get; }

    private VSphereAddress? Address { get; }

    /// <summary>Everything that a session needs; asks for the password where it is not said and there is a terminal.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The options of a session.</returns>
    /// <exception cref="CommandFailure">Something is missing, or cannot be read.</exception>
    public async Task<VSphereOptions> ReadAsync(CancellationToken cancellation)
    {
        if (Address is not { } address)
        {
            throw new CommandFailure(ExitCode.Usage, $"there is no vCenter or ESXi to talk to: {_option}, GOVC_URL or a context with one is missing", Example);
        }

        if (User is not { } user)
            throw new CommandFailure(ExitCode.Usage, "nobody is named to log in: --user or GOVC_USERNAME is missing", Example);
        if (Trust is { IsAnything: true })
            _caller.Error.WriteLine($"portside: warning: {Trust.From}: the server's certificate is not checked, and whoever is in between reads the password");
        if (address.Url is { Scheme: "http", IsLoopback: false })
            _caller.Error.WriteLine($"portside: warning: {Url!.From}: the address is http, and whoever is in between reads the password; a vCenter has https");
        var trust = Trust?.Read() ?? ServerTrust.System;
        var password = Password is { } source
            ? await source.ReadAsync(cancellation)
            : await PasswordPrompt.AskAsync(_caller, $"{user.Value} at {address.Url.Authority}", cancellation);
        return new VSphereOptions
        {
            Url = address.Url,
            UserName = user.Value,
            Password = password,
            Trust = trust,
            WhenRefused = WhenRefused,
            WhenNotTrusted = WhenNotTrusted,
            UserAgent = $"portside/{VersionCommand.Current}",
        };
    }

    // Each value is to be mended where it was said.
    private string WhenRefused =>
        $"check the user ({User!.From}) and the password ({(Password is { } source ? source.What == "given" ? source.From : $"{source.What}, {source.From}" : "as it was typed")})";

    private string WhenNotTrusted
    {
        get
        {
            const string compare = "compare the presented thumbprint with the server's own";
            return Trust switch
            {
                null => $"{compare}, then pin it: --thumbprint SHA-256",
                { IsPinned: true } => $"{compare}; if it has a new certificate, pin that where the former one is pinned: {Trust.From}",
                _ => $"{compare}, then pin it: --thumbprint SHA-256; or name its authority's file: {Trust.From}",
            };
        }
    }

    private static VSphereAddress Parse(Said url, string option)
    {
        if (!VSphereAddress.TryParse(url.Value, out var address, out var error))
            throw new CommandFailure(ExitCode.Usage, $"{url.From}: {error}", Example);
        return address.Password is null || url.From != option
            ? address
            : throw new CommandFailure(
                ExitCode.Usage,
                $"{option} holds a password, which everybody on this computer can read now",
                $"portside … {option} {address.Url} with the password in GOVC_PASSWORD or --password-file; and change the password");
    }

    // Options may take single values of the environment for another server, as govc's do.
    private static bool IsFor(LoginLayer layer, LoginLayer? first, Uri server) =>
        layer.Url is not { } own || layer == first || (layer is EnvironmentLayer && first is OptionLayer)
        || (VSphereAddress.TryParse(own.Value, out var address, out _) && address.Url == server);

    private bool IsOf(LoginLayer layer, IReadOnlyList<LoginLayer> layers) =>
        layer.User is not { } own || own.Value == User!.Value || (layer is EnvironmentLayer && layers.Any(other => other is OptionLayer && other.User == User));
}
