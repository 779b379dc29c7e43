namespace Portside.Contexts;

/// <summary>The login that a context holds.</summary>
/// <param name="chosen">The context.</param>
internal sealed class ContextLayer(ChosenContext chosen) : LoginLayer
{
    /// <inheritdoc/>
    public override Said? Url => Say(chosen.Context.Url);

    /// <inheritdoc/>
    public override Said? User => Say(chosen.Context.User);

    /// <inheritdoc/>
    public override PasswordSource? Password =>
        chosen.Context.PasswordFile is { } file ? PasswordSource.OfFile(file, chosen.From)
        : chosen.Context.PasswordCommand is { } command ? PasswordSource.OfCommand(command, chosen.From)
        : null;

    /// <inheritdoc/>
    public override Said? Datacenter => Say(chosen.Context.Datacenter);

    /// <inheritdoc/>
    public override TrustSource? Trust(Uri server) =>
        chosen.Context.Thumbprint is { } thumbprint ? TrustSource.Pinned([thumbprint], chosen.From)
        : chosen.Context.CaFile is { } file ? TrustSource.OfAuthorities([file], chosen.From)
        : null;

    private Said? Say(string? value) => value is null ? null : new(value, chosen.From);
}
