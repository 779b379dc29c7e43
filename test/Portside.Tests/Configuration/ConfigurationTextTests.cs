using Portside.Configuration;

namespace Portside.Tests.Configuration;

public sealed class ConfigurationTextTests
{
    [Fact]
    public void The_effective_configuration_written_as_a_file_loads_as_the_same_configuration()
    {
        using var directory = new TempDirectory();
        var first = ConfigurationLoader.Load(new ConfigurationSources
        {
            File = directory.Write("first.yaml", """
                vm: { serviceNames: ["a, b", "x]y", "#z", "it's"], maxLinks: 7 }
                console: { telnet: off, escape: '&' }
                log: { directory: '/srv/log files: #1' }
                """),
        });
        Assert.Empty(first.Mistakes);

        var second = ConfigurationLoader.Load(new ConfigurationSources
        {
            File = directory.Write("second.yaml", ConfigurationText.AsFile(first)),
            StateDirectory = "/elsewhere",
        });

        Assert.Empty(second.Mistakes);
        foreach (var key in ConfigKeys.All)
            Assert.Equal(key.Describe(first.Options), key.Describe(second.Options));
    }

    [Fact]
    public void Every_line_of_the_file_says_where_its_value_came_from()
    {
        using var directory = new TempDirectory();
        var file = directory.Write("portside.yaml", "vm:\n  maxLinks: 7\n");

        var text = ConfigurationText.AsFile(ConfigurationLoader.Load(new ConfigurationSources { File = file }));

        Assert.Contains($"  maxLinks: 7 # {file}:2:13\n", text, StringComparison.Ordinal);
        Assert.Contains("  translateCr: false # default\n", text, StringComparison.Ordinal);
    }
}
