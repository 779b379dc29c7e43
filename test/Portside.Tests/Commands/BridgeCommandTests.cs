namespace Portside.Tests.Commands;

public class BridgeCommandTests
{
    [Theory]
    [InlineData("there is no line to bridge", "--to", "telnet://a:1", "--name", "a")]
    [InlineData("--to is missing", "--name", "a", "pty:")]
    [InlineData("--name is missing", "--to", "telnet://a:1", "pty:")]
    [InlineData("--to: 'ssh://' is not a scheme of a proxy URI", "--to", "ssh://a:1", "--name", "a", "pty:")]
    [InlineData("--uuid: '12' is not a UUID", "--to", "telnet://a:1", "--name", "a", "--uuid", "12", "pty:")]
    [InlineData("LINE: 'console' is not an absolute path", "--to", "telnet://a:1", "--name", "a", "pty:console")]
    [InlineData("'b' is one word too many", "--to", "telnet://a:1", "--name", "a", "pty:", "b")]
    [InlineData("--file has the lines and names", "-f", "lines.yaml", "pty:")]
    [InlineData("/nowhere/lines.yaml: there is no such file", "-f", "/nowhere/lines.yaml")]
    [InlineData("--restart: 'sometimes' is not one of always, on-failure, never", "--restart", "sometimes", "pty:")]
    public async Task What_makes_no_sense_is_refused_before_anything_is_opened(string complaint, params string[] arguments)
    {
        using var run = new CommandRun();
        Assert.Equal(2, await run.RunAsync(server: null, ["bridge", .. arguments]));
        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }
}
