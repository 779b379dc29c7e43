using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Portside.Concentrator.Clients;
using Portside.Concentrator.Links;
using Portside.Configuration;

namespace Portside.Tests.Configuration;

public sealed class ConfigurationLoaderTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_certificate_without_its_key_is_a_mistake_and_mistakes_come_in_the_order_of_the_file()
    {
        var pem = _directory.Write("alone.pem", Pem().Split("-----BEGIN PRIVATE KEY-----")[0]);
        var file = _directory.Write("f.yaml", $"console: {{ telnet: '0.0.0.0:50000-50009' }}\nvm:\n  certificate: {pem}\n  tsl: allow\n");
        var loaded = ConfigurationLoader.Load(new ConfigurationSources { File = file });
        Assert.Collection(
            loaded.Mistakes.Select(m => m.ToString()),
            m => Assert.Matches($"^{file}:1:.*or say console.insecureAnywhere: true if", m),
            m => Assert.Matches($"^{file}:3:.*does not hold a certificate in PEM and its unencrypted private key; .* named by vm.key$", m),
            m => Assert.Matches($"^{file}:4:.*did you mean vm.tls", m));
    }

    [Fact]
    public void Without_any_layer_the_defaults_are_ready_to_serve()
    {
        var loaded = Load(file: null);

        Assert.Empty(loaded.Mistakes);
        Assert.Null(loaded.File);
        Assert.Equal("/state", loaded.Options.Concentrator.StateDirectory);
        Assert.Equal("/state/log", loaded.Options.LogDirectory);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 13371), loaded.Options.Http.Listen);
        Assert.All(loaded.Origins.Values, o => Assert.Equal(OriginKind.Default, o.Kind));
    }

    [Fact]
    public void A_file_sets_every_kind_of_value()
    {
        var pem = _directory.Write("vm.pem", Pem());
        var loaded = Load($$"""
            # A comment.
            state: /srv/portside
            vm:
              listen: [ "127.0.0.1:7000", "[::1]:7000" ]
              advertise: console.example.com
              tls: require
              certificate: {{pem}}
              minimumTls: 1.0
              serviceNames:
                - acme-console
                - ours
              maxLinks: 5000
              keepAliveIdle: 5m
              translateCr: yes
            console:
              telnet: off
              replay: 128KiB
              escape: ^a
              defaultMode: read-only
            http: { listen: "127.0.0.1:9000" }
            log:
            migration:
              timeout: 90s
            """);

        Assert.Empty(loaded.Mistakes);
        var vm = loaded.Options.Concentrator.Vm;
        var console = loaded.Options.Concentrator.Console;
        Assert.Equal("/srv/portside", loaded.Options.Concentrator.StateDirectory);
        Assert.Equal(["127.0.0.1:7000", "[::1]:7000"], vm.Listen.Select(l => l.ToString()));
        Assert.Equal(["console.example.com"], loaded.Options.Advertise);
        Assert.Equal(TlsPolicy.Require, vm.Tls);
        Assert.Equal(pem, vm.Certificate);
        Assert.True(vm.TlsVersions.HasFlag(SslProtocols.Tls12 | SslProtocols.Tls13));
        Assert.NotEqual(SslProtocols.Tls12 | SslProtocols.Tls13, vm.TlsVersions);
        Assert.Equal(["acme-console", "ours"], vm.ServiceNames);
        Assert.Equal(5000, vm.MaxLinks);
        Assert.Equal(TimeSpan.FromMinutes(5), vm.KeepAliveIdle);
        Assert.True(vm.TranslateCr);
        Assert.Null(console.TelnetAddress);
        Assert.Equal(128 * 1024, console.ReplayBytes);
        Assert.Equal(1, console.Escape);
        Assert.Equal(ClientMode.ReadOnly, console.DefaultMode);
        Assert.Equal(9000, loaded.Options.Http.Listen.Port);
        Assert.Equal(TimeSpan.FromSeconds(90), loaded.Options.Concentrator.Migration.Timeout);
    }

    [Fact]
    public void Every_mistake_of_a_file_is_told_at_once_with_its_place()
    {
        var loaded = Load("""
            vm:
              lisen: 127.0.0.1:7000
              tls: always
              maxLinks: many
              keepAliveIdle: 60
              listen:
                - 127.0.0.1:7000
                - nowhere
                - 127.0.0.1:7000
              maxLinks: 4
            consol:
              replay: 64KiB
            http: 13371
            translateCr: true
            log: { keepFiles: -1 }
            """);

        Assert.Equal(
            [
                "F:2:3: no key is called 'vm.lisen'; did you mean vm.listen?",
                "F:3:8: vm.tls: 'always' is not one of allow, require, off",
                "F:4:13: vm.maxLinks: 'many' is not a whole number from 1 to 1000000",
                "F:5:18: vm.keepAliveIdle: '60' has no unit; write 60s, 60ms, 60m or 60h",
                "F:8:7: vm.listen: 'nowhere' is not an address and a port such as 127.0.0.1:13371 or [::]:13370",
                "F:9:7: vm.listen: '127.0.0.1:7000' is listed twice",
                "F:10:3: 'vm.maxLinks' is here twice; the first is in line 4",
                "F:11:1: no key is called 'consol'; did you mean console?",
                "F:13:7: 'http' is a section; keys are expected below it",
                "F:14:1: no key is called 'translateCr'; did you mean vm.translateCr?",
                "F:15:19: log.keepFiles: '-1' is not a whole number from 0 to 10000",
            ],
            Lines(loaded));
    }

    [Theory]
    [InlineData("vm:\n\tlisten: x\n", "F:2:1: not YAML: a tab in the indentation; use blanks")]
    [InlineData("vm: [\n", "F:2:1: not YAML: ")]
    [InlineData("a: 1\n---\nb: 2\n", "not YAML: a second document begins here; one is expected")]
    [InlineData("vm: *nowhere\n", "F:1:5: not YAML: the alias *nowhere has no anchor before it")]
    [InlineData("- a\n- b\n", "F:1:1: keys such as 'vm:' are expected at the top")]
    [InlineData("state: ~/state\n", "F:1:8: state: '~/state' begins with ~, which only shells know; write the path in full")]
    [InlineData("just words", "F:1:1: keys such as 'vm:' are expected at the top")]
    [InlineData("? [a]\n: b\n", "F:1:3: a key must be a plain word")]
    [InlineData("state: [a, b]\n", "F:1:8: state: one value is expected: the path of a directory")]
    [InlineData("vm: {listen: []}\n", "vm.listen needs at least 1")]
    [InlineData("vm: {listen: [~]}\n", "F:1:15: vm.listen: an item is missing or not a single value")]
    public void What_is_no_configuration_is_refused_with_its_place(string text, string complaint) =>
        Assert.Contains(complaint, Assert.Single(Lines(Load(text))), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("---\n")]
    [InlineData("vm:\nconsole: ~\n")]
    public void A_file_that_says_nothing_changes_nothing(string text) => Assert.Empty(Load(text).Mistakes);

    [Fact]
    public void A_tower_of_brackets_is_refused_before_the_stack_is()
    {
        var text = $"vm: {new string('[', 100_000)}";

        Assert.Contains("nested too deeply", Assert.Single(Lines(Load(text))), StringComparison.Ordinal);
    }

    [Fact]
    public void An_anchor_stands_for_its_value_in_other_places()
    {
        var loaded = Load("vm:\n  identityTimeout: &t 20s\n  handshakeTimeout: *t\n");

        Assert.Empty(loaded.Mistakes);
        Assert.Equal(TimeSpan.FromSeconds(20), loaded.Options.Concentrator.Vm.HandshakeTimeout);
    }

    [Fact]
    public void A_file_that_is_named_must_exist()
    {
        var loaded = ConfigurationLoader.Load(new ConfigurationSources { File = "/nowhere/portside.yaml" });

        Assert.Equal("/nowhere/portside.yaml: there is no such file", Assert.Single(Lines(loaded)));
    }

    [Fact]
    public void The_standard_file_is_read_if_it_is_there()
    {
        var file = _directory.Write("portside.yaml", "log: { enabled: false }");

        var loaded = ConfigurationLoader.Load(new ConfigurationSources { StandardFile = file });

        Assert.Empty(loaded.Mistakes);
        Assert.False(loaded.Options.Concentrator.Log.Enabled);
        Assert.Equal(file, loaded.File);
    }

    [Fact]
    public void A_directory_and_bytes_that_are_no_text_are_refused_in_words()
    {
        var binary = Path.Combine(_directory.Path, "binary");
        File.WriteAllBytes(binary, [0xFF, 0xFE, 0xFD, 0x00]);

        Assert.Equal(
            $"{_directory.Path}: is a directory; a file is expected",
            Assert.Single(Lines(ConfigurationLoader.Load(new ConfigurationSources { File = _directory.Path }))));
        Assert.Equal(
            $"{binary}: is not UTF-8 text",
            Assert.Single(Lines(ConfigurationLoader.Load(new ConfigurationSources { File = binary }))));
    }

    [Fact]
    public void A_later_layer_wins_and_says_where_it_is()
    {
        var file = _directory.Write("portside.yaml", "vm: { maxLinks: 1, keepAliveProbes: 1, identityTimeout: 1s }");
        var loaded = ConfigurationLoader.Load(new ConfigurationSources
        {
            File = file,
            Environment = new Dictionary<string, string>
            {
                ["PORTSIDE__Vm__MaxLinks"] = "2",
                ["portside__vm__keepaliveprobes"] = "2",
                ["PORTSIDE_SERVER"] = "not a key",
            },
            CommandLine = [("vm.maxLinks", new ConfigText("3", new Origin(OriginKind.CommandLine, "--set vm.maxLinks")))],
        });

        Assert.Empty(loaded.Mistakes);
        var vm = loaded.Options.Concentrator.Vm;
        Assert.Equal((3, 2, TimeSpan.FromSeconds(1)), (vm.MaxLinks, vm.KeepAliveProbes, vm.IdentityTimeout));
        Assert.Equal("--set vm.maxLinks", loaded.Origins["vm.maxLinks"].ToString());
        Assert.Equal("portside__vm__keepaliveprobes", loaded.Origins["vm.keepAliveProbes"].ToString());
        Assert.Equal($"{file}:1:57", loaded.Origins["vm.identityTimeout"].ToString());
        Assert.Equal("default", loaded.Origins["vm.translateCr"].ToString());
    }

    [Fact]
    public void A_list_in_the_environment_is_separated_by_commas_or_numbered()
    {
        var loaded = ConfigurationLoader.Load(new ConfigurationSources
        {
            StandardFile = "/nowhere",
            Environment = new Dictionary<string, string>
            {
                ["PORTSIDE__Vm__Listen"] = "127.0.0.1:1, [::1]:2",
                ["PORTSIDE__Vm__ServiceNames__1"] = "second",
                ["PORTSIDE__Vm__ServiceNames__0"] = "first",
            },
        });

        Assert.Empty(loaded.Mistakes);
        Assert.Equal(["127.0.0.1:1", "[::1]:2"], loaded.Options.Concentrator.Vm.Listen.Select(l => l.ToString()));
        Assert.Equal(["first", "second"], loaded.Options.Concentrator.Vm.ServiceNames);
    }

    [Fact]
    public void Mistakes_of_all_layers_are_told_together()
    {
        var file = _directory.Write("portside.yaml", "vm: { tls: maybe }");
        var loaded = ConfigurationLoader.Load(new ConfigurationSources
        {
            File = file,
            Environment = new Dictionary<string, string> { ["PORTSIDE__Vm__Lisen"] = "x", ["PORTSIDE__Log__Enabled"] = "perhaps" },
            CommandLine =
            [
                ("http.listen", new ConfigText("13371", new Origin(OriginKind.CommandLine, "--http-listen"))),
                ("cosnole.lag", new ConfigText("1", new Origin(OriginKind.CommandLine, "--set cosnole.lag"))),
            ],
        });

        Assert.Equal(
            [
                $"{file}:1:12: vm.tls: 'maybe' is not one of allow, require, off",
                "PORTSIDE__Log__Enabled: log.enabled: 'perhaps' is not true or false",
                "PORTSIDE__Vm__Lisen: no key is called 'Vm.Lisen'; did you mean PORTSIDE__Vm__Listen?",
                "--http-listen: http.listen: '13371' has no address; write 127.0.0.1:13371, 0.0.0.0:13371 or [::]:13371",
                "--set cosnole.lag: no key is called 'cosnole.lag'; did you mean console.lag?",
            ],
            Lines(loaded));
    }

    [Theory]
    [InlineData("console: { replay: 2MiB }", "F:1:20: console.lag is smaller than console.replay")]
    [InlineData("vm: { key: /nowhere.pem }", "F:1:12: vm.key is set and vm.certificate is not")]
    [InlineData("vm: { certificate: /nowhere.pem }", "F:1:20: vm.certificate: there is no file /nowhere.pem")]
    [InlineData("http: { listen: '0.0.0.0:13371' }", "F:1:17: http.listen is 0.0.0.0:13371, where anybody may take any console")]
    [InlineData("console: { telnet: '[::]:50000-50009' }", "F:1:20: console.telnet listens on ::, where anybody may take any console")]
    [InlineData("vm: { listen: '127.0.0.1:13371' }", "F:1:15: vm.listen and http.listen both want 127.0.0.1:13371")]
    [InlineData("vm: { listen: '0.0.0.0:50001' }", "F:1:15: the range of console.telnet holds 0.0.0.0:50001, which vm.listen wants")]
    [InlineData("console: { telnet: '127.0.0.1:13000-14000' }", "F:1:20: the range of console.telnet holds")]
    public void What_holds_between_keys_is_checked_and_blamed_on_who_said_it(string text, string complaint) =>
        Assert.Contains(Lines(Load(text)), l => l.StartsWith(complaint, StringComparison.Ordinal));

    [Theory]
    [InlineData("http: { listen: '0.0.0.0:13371', insecureAnywhere: true }")]
    [InlineData("console: { telnet: '0.0.0.0:50000-50009', insecureAnywhere: true }")]
    [InlineData("vm: { tls: off, certificate: /nowhere.pem }")]
    [InlineData("http: { listen: '[::1]:13371' }\nvm: { listen: '127.0.0.1:13371' }")]
    public void What_was_asked_for_in_so_many_words_is_accepted(string text) => Assert.Empty(Load(text).Mistakes);

    private LoadedConfiguration Load(string? file) => ConfigurationLoader.Load(new ConfigurationSources
    {
        File = file is null ? null : _directory.Write("F", file),
        StandardFile = "/nowhere/portside.yaml",
        StateDirectory = "/state",
    });

    private IEnumerable<string> Lines(LoadedConfiguration loaded) =>
        loaded.Mistakes.Select(m => m.ToString().Replace($"{_directory.Path}/F", "F", StringComparison.Ordinal));

    private static string Pem()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=console", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }
}
