using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Portside.Commands;
using Portside.VSphere.Client;

namespace Portside.Contexts;

/// <summary>Which certificates are believed, as somebody said it.</summary>
/// <param name="What">In words, for people.</param>
/// <param name="From">Where it was said.</param>
/// <param name="Read">Reads the files that were named.</param>
internal sealed record TrustSource(string What, string From, Func<ServerTrust> Read)
{
    /// <summary>Whether certificates are believed by their thumbprint, and whoever signed them.</summary>
    public bool IsPinned { get; private init; }

    /// <summary>Whether nothing is checked.</summary>
    public bool IsAnything { get; private init; }

    /// <summary>No check at all.</summary>
    public static TrustSource Anything(string from) => new("any certificate", from, () => ServerTrust.Anything) { IsAnything = true };

    /// <summary>Certificates with one of these thumbprints.</summary>
    public static TrustSource Pinned(IReadOnlyList<string> thumbprints, string from) =>
        new(string.Join(", ", thumbprints), from, () => ServerTrust.Pinned(thumbprints)) { IsPinned = true };

    /// <summary>What the authorities in files signed.</summary>
    public static TrustSource OfAuthorities(IReadOnlyList<string> files, string from) => new($"authorities of {string.Join(", ", files)}", from, () =>
    {
        var authorities = new X509Certificate2Collection();
        foreach (var file in files)
        {
            var text = PasswordSource.ReadText(from, file);
            var before = authorities.Count;
            try
            {
                authorities.ImportFromPem(text);
            }
            catch (CryptographicException e)
            {
                throw new CommandFailure(ExitCode.Usage, $"{from}: {file} holds no certificates in PEM: {e.Message.TrimEnd('.')}");
            }

            if (authorities.Count == before)
                throw new CommandFailure(ExitCode.Usage, $"{from}: {file} holds no certificates in PEM");
        }

        return ServerTrust.By(authorities);
    });
}
