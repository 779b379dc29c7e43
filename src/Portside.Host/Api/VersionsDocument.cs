using System.Text;

namespace Portside.Host.Api;

/// <summary>The versions announced at <c>/sdk/vimServiceVersions.xml</c>; pyVmomi takes the newest that it knows, and refuses a server without them.</summary>
internal static class VersionsDocument
{
    private static readonly string[] Prior =
    [
        "8.0.2.0", "8.0.1.0", "8.0.0.1", "7.0.3.2", "7.0.3.1", "7.0.3.0", "7.0.2.1", "7.0.2.0", "7.0.1.1", "7.0.1.0", "7.0.0.2",
        "7.0.0.0", "6.9.1", "6.8.7", "6.7.3", "6.7.2", "6.7.1", "6.7", "6.5", "6.0", "5.5", "5.1", "5.0", "4.1", "4.0", "2.5u2server",
        "2.5u2", "2.5", "2.0",
    ];

    /// <summary>The document.</summary>
    public static byte[] Bytes { get; } = Encoding.UTF8.GetBytes(
        $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <namespaces version="1.0">
          <namespace>
            <name>urn:vim25</name>
            <version>8.0.3.0</version>
            <priorVersions>{string.Concat(Prior.Select(version => $"<version>{version}</version>"))}</priorVersions>
          </namespace>
        </namespaces>

        """.ReplaceLineEndings("\n"));
}
