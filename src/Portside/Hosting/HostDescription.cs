namespace Portside.Hosting;

/// <summary>A host that is ready, for programs.</summary>
internal sealed record HostDescription
{
    /// <summary>The API over https; null where it is not served so.</summary>
    public string? Url { get; init; }

    /// <summary>The API over plain http; null where it is not served so.</summary>
    public string? HttpUrl { get; init; }

    /// <summary><c>vcenter</c> or <c>esxi</c>.</summary>
    public required string Shape { get; init; }

    /// <summary>Names of the hosts.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>Who may do everything.</summary>
    public required string User { get; init; }

    /// <summary>The password if it was made for this run; null if it was given.</summary>
    public string? Password { get; init; }

    /// <summary>Who may look; null for nobody.</summary>
    public string? ReadOnlyUser { get; init; }

    /// <summary>The reader's password if it was made for this run; null if it was given.</summary>
    public string? ReadOnlyPassword { get; init; }

    /// <summary>SHA-1 of the certificate, upper-case hex pairs joined by <c>:</c>; null without https.</summary>
    public string? ThumbprintSha1 { get; init; }

    /// <summary>SHA-256 of the certificate, upper-case hex pairs joined by <c>:</c>; null without https.</summary>
    public string? ThumbprintSha256 { get; init; }

    /// <summary>What is kept across restarts is here; null for nothing.</summary>
    public string? StateDirectory { get; init; }

    /// <summary>The PEM file by which clients can trust the certificate; null for one that is in no file.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>Machines in the inventory.</summary>
    public int Machines { get; init; }

    /// <summary>The program's version.</summary>
    public required string Version { get; init; }
}
