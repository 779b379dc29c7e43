using Portside.Output;
using Portside.Tests.Commands;

namespace Portside.Tests.Output;

public sealed class ConsoleManagersTests
{
    private const string Command = "/usr/bin/portside --server http://127.0.0.1:13371/";

    [Fact]
    public void Each_port_is_a_console_that_runs_a_pipe()
    {
        Assert.Equal(
            """
            # Ports of Portside. Made by: portside export conserver
            default portside {
                type exec;
                master localhost;
                options autoreinit, reinitoncc, !ixon, !ixoff;
                rw *;
            }
            console web01 { include portside; exec "/usr/bin/portside --server http://127.0.0.1:13371/ pipe 5029aabbccddeeff00112233445566aa --name conserver"; }
            console 00112233445566778899aabbccddeeff.uart2 { include portside; exec "/usr/bin/portside --server http://127.0.0.1:13371/ pipe 00112233445566778899aabbccddeeff.uart2 --name conserver"; }

            """,
            ConsoleManagers.Conserver([Samples.Nameless, Samples.Web], Command));
        Assert.Equal(
            """
            # Ports of Portside. Made by: portside export conman
            console name="web01" dev="/usr/bin/portside --server http://127.0.0.1:13371/ pipe 5029aabbccddeeff00112233445566aa --name conman"

            """,
            ConsoleManagers.Conman([Samples.Web], Command));
    }

    [Fact]
    public void No_name_of_a_machine_writes_configuration_and_none_is_there_twice()
    {
        var text = ConsoleManagers.Conserver(
            [Samples.Hostile, Samples.Web, Samples.Web with { Id = "0a", Name = "WEB01" }, Samples.Web with { Id = "0b", Name = "x; } console y { exec rm" }],
            Command);
        var names = text.Split('\n').Where(line => line.StartsWith("console ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]).ToArray();
        Assert.Equal(["5029aabbccddeeff00112233445566aa", "WEB01", "ffffffffffffffffffffffffffffffff", "x____console_y___exec_rm"], names.Order(StringComparer.Ordinal));
    }
}
