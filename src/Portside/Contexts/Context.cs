namespace Portside.Contexts;

/// <summary>A concentrator and the vSphere whose machines connect to it, under one name.</summary>
/// <param name="Name">Its name.</param>
internal sealed record Context(string Name)
{
    /// <summary>The concentrator's API; null where the context says nothing of it.</summary>
    public string? Server { get; init; }

    /// <summary>The vCenter or ESXi; null where the context says nothing of it, and nothing of a login then.</summary>
    public string? Url { get; init; }

    /// <summary>Who logs in there.</summary>
    public string? User { get; init; }

    /// <summary>File with the password.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Command of the shell that prints the password.</summary>
    public string? PasswordCommand { get; init; }

    /// <summary>The certificate that is believed alone.</summary>
    public string? Thumbprint { get; init; }

    /// <summary>PEM file with the authorities that are believed.</summary>
    public string? CaFile { get; init; }

    /// <summary>The datacenter to which everything is limited.</summary>
    public string? Datacenter { get; init; }

    /// <summary>What of the whole makes no sense; null if nothing.</summary>
    public string? Complaint =>
        PasswordFile is not null && PasswordCommand is not null ? "passwordFile and passwordCommand both tell the password; one is enough"
        : Thumbprint is not null && CaFile is not null ? "thumbprint and caFile both say which certificate is believed; one is enough"
        : Url is null && ContextKey.All.FirstOrDefault(key => key.Section is not null && key.Get(this) is not null) is { } key ? $"{key.Path} is there and vsphere.url is not"
        : null;
}
