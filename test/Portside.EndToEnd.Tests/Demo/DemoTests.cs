using Portside.EndToEnd.Tests.Processes;

namespace Portside.EndToEnd.Tests.Demo;

public class DemoTests
{
    [Fact]
    public async Task The_demonstration_moves_machines_and_loses_and_doubles_nothing()
    {
        var result = (await ChildProcess.RunAsync(Executable.Path, ["demo", "--for", "5s", "--every", "1s", "-o", "json"])).Json;
        Assert.True(result.GetProperty("ports").GetInt32() >= 2, result.ToString());
        Assert.True(result.GetProperty("migrations").GetInt64() >= 1, result.ToString());
        Assert.True(result.GetProperty("bytesFromMachines").GetInt64() > 1000, result.ToString());
        Assert.True(result.GetProperty("bytesToMachines").GetInt64() > 1000, result.ToString());
        Assert.Equal((0, 0), (result.GetProperty("lost").GetInt64(), result.GetProperty("duplicated").GetInt64()));
    }
}
