using System.Runtime.CompilerServices;
using Portside.Configuration;

namespace Portside.Tests.Configuration;

public sealed class ConfigKeysTests
{
    [Fact]
    public void Every_key_reads_back_what_it_writes()
    {
        var options = new PortsideOptions("/state");
        foreach (var key in ConfigKeys.All)
        {
            var written = key.Describe(options);
            if (written.Count == 0)
                continue;
            var other = new PortsideOptions("/other");
            Assert.True(key.Apply([.. written.Select(t => new ConfigText(t, Origin.Default))], other, m => Assert.Fail(m.ToString())));
            Assert.Equal(written, key.Describe(other));
        }
    }

    [Fact]
    public void Paths_variables_and_options_are_unique()
    {
        Assert.Equal(ConfigKeys.All.Count, ConfigKeys.All.Select(k => k.Path.ToUpperInvariant()).Distinct().Count());
        var options = ConfigKeys.All.Select(k => k.Option).OfType<string>().ToList();
        Assert.Equal(options.Count, options.Distinct().Count());
    }

    [Fact]
    public void A_variable_is_named_after_section_and_key() =>
        Assert.Equal("PORTSIDE__Vm__MinimumTls", ConfigKeys.Find("vm.minimumTls")?.Variable);

    [Fact]
    public void The_page_of_the_documentation_is_the_table_of_keys()
    {
        var page = Path.Combine(RepositoryRoot(), "docs", "configuration.md");

        Assert.True(
            ConfigurationText.AsPage() == File.ReadAllText(page),
            "docs/configuration.md is stale; write it with: portside config keys --markdown > docs/configuration.md");
    }

    private static string RepositoryRoot([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));
}
