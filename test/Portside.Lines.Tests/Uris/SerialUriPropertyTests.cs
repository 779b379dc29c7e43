using CsCheck;
using Portside.Lines.Uris;

namespace Portside.Lines.Tests.Uris;

public class SerialUriPropertyTests
{
    private static readonly string[] Pieces =
    [
        "tcp", "tcp4", "tcp6", "ssl", "tcp+ssl", "tcp6+ssl", "telnet", "telnets", "rfc2217", "rfc2217s", "unix", "tty", "cable", "http",
        "://", ":", "/", "//", "///", "?", "#", "&", "=", "@", "%", "%25", "%41", "%zz", "%00", "%FF", "[", "]", "[::1]", "::1", "[fe80::1%25eth0]",
        "host", "192.0.2.1", "7001", "0", "65535", "65536", "-1", "port", "verify", "peerName", "thumbprint", "cipherList", "certificate",
        "HIGH", "0A1B2C3D4E5F60718293A4B5C6D7E8F901234567", "baud", "115200", "bits", "parity", "even", "+", " ", "\t", "\r\n", "\0", "ä", "\ud800",
        "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", "MIIB", "…",
    ];

    private static readonly Gen<string> Words = Gen.OneOf(
        Gen.String[Gen.Char.AlphaNumeric, 1, 12],
        Gen.String[Gen.Char[' ', '~'], 1, 12],
        Gen.String[Gen.Char['\u00A1', '\u2FFF'], 1, 6]);

    private static readonly Gen<string> Hosts = Gen.OneOf(
        "", "host", "a-b.example", "192.0.2.7", "[::1]", "[2001:db8::7]", "[fe80::1%25eth0]", "[::ffff:192.0.2.7]");

    /// <summary>What is written reads back as the same, and is written the same again.</summary>
    [Fact]
    public void Every_network_address_survives_a_round_trip() =>
        Gen.Select(
            Gen.OneOf("", "tcp", "ssl", "tcp+ssl", "telnet", "telnets", "rfc2217", "rfc2217s"),
            Hosts,
            Gen.Int[0, 65_535],
            Words.Null(),
            Gen.Byte.Array[20].Null(),
            Words.Null(),
            Gen.Bool,
            Gen.OneOf<string?>(null, "HIGH:!aNULL", "ECDHE-RSA-AES256-GCM-SHA384 TLS_AES_256_GCM_SHA384"))
        .Sample((scheme, host, port, label, hash, name, verify, ciphers) =>
        {
            var parameters = new List<string>();
            if (hash is not null)
                parameters.Add($"thumbprint={Convert.ToHexString(hash)}");
            if (!string.IsNullOrWhiteSpace(name))
                parameters.Add($"peerName={Uri.EscapeDataString(name)}");
            if (verify)
                parameters.Add("verify");
            if (ciphers is not null)
                parameters.Add($"cipherList={Uri.EscapeDataString(ciphers)}");
            if (scheme is "" or "tcp")
                parameters.Clear();
            var text = (scheme.Length == 0 ? "" : scheme + "://") + host + ":" + port
                + (label is null ? "" : $"?port={Uri.EscapeDataString(label)}")
                + (parameters.Count == 0 ? "" : "#" + string.Join('&', parameters));

            var uri = Assert.IsType<NetworkUri>(GivenUri.Parse(text));

            Assert.Equal(text, uri.Text);
            Assert.Equal(port, uri.Port);
            Assert.Equal(label, uri.Label);
            Assert.Equal(host.Trim('[', ']').Replace("%25", "%", StringComparison.Ordinal), uri.Host);
            Assert.Equal(parameters.Count == 0, uri.Parameters.IsEmpty);
            if (parameters.Count > 0)
            {
                Assert.Equal(hash is null ? null : Convert.ToHexString(hash), uri.Parameters.Thumbprint);
                Assert.Equal(string.IsNullOrWhiteSpace(name) ? null : name.Trim(), uri.Parameters.PeerName);
                Assert.Equal(verify, uri.Parameters.Verify);
                Assert.Equal(ciphers, uri.Parameters.CipherList);
            }

            IsStable(uri);
        });

    [Fact]
    public void Every_path_survives_a_round_trip() =>
        Gen.Select(Gen.OneOf("unix", "tty"), Words.Where(word => !word.Contains('/', StringComparison.Ordinal)), Words).Sample((scheme, directory, file) =>
        {
            var path = $"/{directory}/{file}";
            var uri = GivenUri.Parse($"{scheme}:{Percent.EncodePath(path)}");

            Assert.Equal(path, uri is UnixUri unix ? unix.Path : ((DeviceUri)uri).Path);
            IsStable(uri);
        });

    /// <summary>Whatever comes is read or refused with words; nothing else is thrown, and what is read is stable.</summary>
    [Fact]
    public void Any_text_is_read_or_refused_with_words() =>
        Gen.OneOf(
            Gen.OneOf(Pieces).Array[0, 12].Select(string.Concat),
            Gen.String[0, 40],
            Gen.Select(Gen.OneOf("tcp://", "telnets://h:1#", "unix:", "tty:/", "cable:", "x?"), Gen.String[Gen.Char[' ', '~'], 0, 30], string.Concat))
        .Sample(
            text =>
            {
                if (SerialUri.TryParse(text, out var uri, out var error))
                    IsStable(uri);
                else
                    Assert.Matches("Write it as |are read", error);
            },
            iter: 20_000);

    private static void IsStable(SerialUri uri)
    {
        var canonical = uri.ToString();
        var again = GivenUri.Parse(canonical);
        Assert.Equal(uri, again);
        Assert.Equal(uri.GetHashCode(), again.GetHashCode());
        Assert.Equal(canonical, again.ToString());
    }
}
