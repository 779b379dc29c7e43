using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Portside.Lines.Uris;

/// <summary><c>unix:/path</c>: a socket in the file system, such as a QEMU character device.</summary>
public sealed record UnixUri : LineUri
{
    /// <summary>Longest path the system takes, in bytes of UTF-8 (<c>sun_path</c>).</summary>
    public const int MaxPathBytes = 107;

    internal const string Example = "unix:/run/console.sock";

    private UnixUri(string text, string path, UriQuery query)
        : base(text, query) =>
        Path = path;

    /// <summary>The socket's absolute path.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public bool Equals(UnixUri? other) => base.Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => base.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"unix:{Percent.EncodePath(Path)}{Query}";

    internal static bool TryRead(string text, [NotNullWhen(true)] out SerialUri? uri, [NotNullWhen(false)] out string? error)
    {
        uri = null;
        if (!TrySplit(text, Example, out var path, out var query, out error))
            return false;
        error = FilePath.Refuse(ref path, "socket")
            ?? (Encoding.UTF8.GetByteCount(path) > MaxPathBytes
                ? $"{Quoted.From(path)} is longer than the {MaxPathBytes} bytes a socket's path may have."
                : null);
        if (error is not null)
        {
            error = $"{error} Write it as {Example}";
            return false;
        }

        uri = new UnixUri(text, path, query);
        return true;
    }
}
