using System.CommandLine;
using Portside.Commands;
using Portside.VSphere.Client;

namespace Portside.Contexts;

/// <summary>What the command line says.</summary>
/// <param name="arguments">The parsed command line.</param>
/// <param name="options">The options it may say it by.</param>
internal sealed class OptionLayer(ParseResult arguments, LoginOptions options) : LoginLayer
{
    /// <inheritdoc/>
    public override Said? Url => Say(options.Url);

    /// <inheritdoc/>
    public override Said? User => Say(options.User)
        ?? (Url is { } url && VSphereAddress.TryParse(url.Value, out var address, out _) && address.User is { } user ? new(user, url.From) : null);

    /// <inheritdoc/>
    public override PasswordSource? Password => Say(options.PasswordFile) is { } file ? PasswordSource.OfFile(file.Value, file.From) : null;

    /// <inheritdoc/>
    public override Said? Datacenter => options.Datacenter is { } option ? Say(option) : null;

    /// <inheritdoc/>
    public override TrustSource? Trust(Uri server)
    {
        if (Say(options.Thumbprint) is { } thumbprint)
        {
            return ServerTrust.TryReadThumbprint(thumbprint.Value, out _)
                ? TrustSource.Pinned([thumbprint.Value], thumbprint.From)
                : throw new CommandFailure(ExitCode.Usage, $"{thumbprint.From}: {ServerTrust.NotAThumbprint(thumbprint.Value)}");
        }

        if (Say(options.CaFile) is { } file)
            return TrustSource.OfAuthorities([file.Value], file.From);
        return options.Insecure is { } insecure && arguments.GetValue(insecure) ? TrustSource.Anything(insecure.Name) : null;
    }

    private Said? Say(Option<string?> option) => arguments.GetValue(option) is { } value ? new(value, option.Name) : null;
}
