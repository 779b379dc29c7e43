using Portside.Configuration;

namespace Portside.Tests.Configuration;

public sealed class StateDirectoryTests
{
    [Theory]
    [InlineData(true, null, null, "/var/lib/portside")]
    [InlineData(true, "/var/lib/other:/var/lib/more", null, "/var/lib/other")]
    [InlineData(false, "/run/user/state", "/x", "/run/user/state")]
    [InlineData(false, null, "/x/state", "/x/state/portside")]
    [InlineData(false, null, "relative", "/home/someone/.local/state/portside")]
    [InlineData(false, null, null, "/home/someone/.local/state/portside")]
    public void The_default_is_the_services_or_the_users(bool isService, string? systemd, string? xdg, string expected)
    {
        var environment = new Dictionary<string, string> { ["HOME"] = "/home/someone" };
        if (systemd is not null)
            environment["STATE_DIRECTORY"] = systemd;
        if (xdg is not null)
            environment["XDG_STATE_HOME"] = xdg;

        Assert.Equal(expected, StateDirectory.Default(environment, isService));
    }
}
