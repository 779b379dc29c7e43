using System.Runtime.Versioning;
using System.Text;
using CommandLine = Portside.Lines.Terminals.CommandLine;

namespace Portside.Lines.Tests.Terminals;

[SupportedOSPlatform("linux")]
public class CommandLineTests
{
    [Fact]
    public async Task A_program_has_a_terminal_of_its_own()
    {
        await using var line = CommandLine.Start(["sh", "-c", "tty; stty size; ps -o sid= -p $$ | tr -d ' '; echo $$; : </dev/tty && echo controls"], 132, 50);
        var said = Encoding.ASCII.GetString(await Waits.ReadToEndAsync(line)).Split("\r\n");
        Assert.StartsWith("/dev/pts/", said[0], StringComparison.Ordinal);
        Assert.Equal("50 132", said[1]);
        Assert.Equal(said[3], said[2]);
        Assert.Equal("controls", said[4]);
        Assert.Equal(0, await line.Exited.WaitAsync(Waits.Limit));
    }

    [Fact]
    public async Task Keys_reach_it_and_it_answers()
    {
        await using var line = CommandLine.Start(["sh", "-c", "stty -echo; echo ready; read word; echo \"<$word>\"; exit 7"]);
        Assert.Equal("ready\r\n", Encoding.ASCII.GetString(await Waits.ReadAsync(line, 7)));
        await line.WriteAsync("hello\r"u8.ToArray(), CancellationToken.None);
        Assert.Equal("<hello>\r\n", Encoding.ASCII.GetString(await Waits.ReadToEndAsync(line)));
        Assert.Equal(7, await line.Exited.WaitAsync(Waits.Limit));
    }

    [Fact]
    public async Task The_interrupt_key_interrupts()
    {
        await using var line = CommandLine.Start(["sh", "-c", "echo ready; exec sleep 600"]);
        await Waits.ReadAsync(line, 7);
        await line.WriteAsync(new byte[] { 3 }, CancellationToken.None);
        Assert.Equal(128 + 2, await line.Exited.WaitAsync(Waits.Limit));
    }

    [Fact]
    public async Task A_program_hears_of_a_new_size()
    {
        await using var line = CommandLine.Start(["sh", "-c", "stty -echo; echo ready; read word; stty size"]);
        await Waits.ReadAsync(line, 7);
        line.Resize(100, 40);
        await line.WriteAsync("\r"u8.ToArray(), CancellationToken.None);
        Assert.Equal("40 100\r\n", Encoding.ASCII.GetString(await Waits.ReadToEndAsync(line)));
    }

    [Fact]
    public async Task Closing_hangs_up_on_it_and_leaves_no_child_behind()
    {
        var line = CommandLine.Start(["sh", "-c", "trap 'exit 3' HUP; echo ready; while :; do sleep 0.05; done"]);
        await Waits.ReadAsync(line, 7);
        await line.DisposeAsync().AsTask().WaitAsync(Waits.Limit);
        Assert.Equal(3, await line.Exited.WaitAsync(Waits.Limit));
        Assert.Equal(0, await line.ReadAsync(new byte[1], CancellationToken.None));
    }

    [Fact]
    public async Task One_that_does_not_listen_is_killed()
    {
        var line = CommandLine.Start(["sh", "-c", "trap '' HUP; echo ready; while :; do sleep 0.05; done"]);
        await Waits.ReadAsync(line, 7);
        await line.DisposeAsync().AsTask().WaitAsync(Waits.Limit);
        Assert.Equal(128 + 9, await line.Exited.WaitAsync(Waits.Limit));
    }

    [Fact]
    public async Task All_that_it_said_is_read_before_its_end()
    {
        await using var line = CommandLine.Start(["sh", "-c", "stty raw; head -c 300000 /dev/zero"]);
        Assert.Equal(300_000, (await Waits.ReadToEndAsync(line)).Length);
    }

    [Fact]
    public void One_that_does_not_exist_is_refused_by_name() => Assert.Equal(
        "'no-such-program-here' cannot be started: No such file or directory.",
        Assert.Throws<IOException>(() => CommandLine.Start(["no-such-program-here"])).Message);
}
