using Portside.Commands;
using Portside.VSphere.Client;

namespace Portside.Contexts;

/// <summary>The variables that govc has as well.</summary>
/// <param name="environment">Environment variables.</param>
internal sealed class EnvironmentLayer(IReadOnlyDictionary<string, string> environment) : LoginLayer
{
    private const string UrlVariable = "GOVC_URL";

    /// <inheritdoc/>
    public override Said? Url => Say(UrlVariable);

    /// <inheritdoc/>
    public override Said? User => Address?.User is { } user ? new(user, UrlVariable) : Say("GOVC_USERNAME");

    /// <inheritdoc/>
    public override PasswordSource? Password =>
        Address?.Password is { } password ? PasswordSource.OfText(password, UrlVariable)
        : Say("GOVC_PASSWORD") is { } said ? PasswordSource.OfText(said.Value, said.From)
        : null;

    /// <inheritdoc/>
    public override Said? Datacenter => Say("GOVC_DATACENTER");

    private VSphereAddress? Address => Url is { } url && VSphereAddress.TryParse(url.Value, out var address, out _) ? address : null;

    /// <inheritdoc/>
    public override TrustSource? Trust(Uri server)
    {
        const string insecure = "GOVC_INSECURE", knownHosts = "GOVC_TLS_KNOWN_HOSTS", authorities = "GOVC_TLS_CA_CERTS";
        if (Say(insecure)?.Value.ToLowerInvariant() is "1" or "true" or "t")
            return TrustSource.Anything(insecure);
        foreach (var file in Files(knownHosts))
        {
            try
            {
                if (KnownHosts.Find(PasswordSource.ReadText(knownHosts, file), server) is { Count: > 0 } pins)
                    return TrustSource.Pinned(pins, $"{knownHosts} ({file})");
            }
            catch (FormatException e)
            {
                throw new CommandFailure(ExitCode.Usage, $"{file}: {e.Message}");
            }
        }

        return Files(authorities) is { Length: > 0 } files ? TrustSource.OfAuthorities(files, authorities) : null;
    }

    private string[] Files(string variable) =>
        Say(variable)?.Value.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private Said? Say(string variable) => environment.GetValueOrDefault(variable) is { Length: > 0 } value ? new(value, variable) : null;
}
