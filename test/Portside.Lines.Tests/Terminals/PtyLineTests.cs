using System.Runtime.Versioning;
using System.Text;
using Portside.Lines.Terminals;
using Portside.Telnet.ComPort;
using Portside.Testing;

namespace Portside.Lines.Tests.Terminals;

[SupportedOSPlatform("linux")]
public class PtyLineTests
{
    private const ComPortModemState Lines = ComPortModemState.Cts | ComPortModemState.Dsr | ComPortModemState.Dcd;

    [Fact]
    public async Task Programs_open_and_close_it_and_it_lives_on()
    {
        var heard = new TerminalRecorder();
        await using var line = PtyLine.Create();
        line.Observer = heard;
        var reading = Waits.ReadAsync(line, 12);
        await TellsAsync(heard, ComPortModemState.None);
        foreach (var word in (string[])["first,", "second"])
        {
            await using (var program = TtyLine.Open(line.Name, default))
            {
                await TellsAsync(heard, Lines);
                await program.WriteAsync(Encoding.ASCII.GetBytes(word), CancellationToken.None);
            }

            if (word == "first,")
                await TellsAsync(heard, ComPortModemState.None);
        }

        Assert.Equal("first,second"u8.ToArray(), await reading.WaitAsync(Waits.Limit));
    }

    [Fact]
    public async Task What_is_written_while_nobody_has_it_open_goes_nowhere()
    {
        await using var line = PtyLine.Create();
        await line.WriteAsync(new byte[100_000], CancellationToken.None).AsTask().WaitAsync(Waits.Limit);
        await using var program = TtyLine.Open(line.Name, default);
        await line.WriteAsync("now"u8.ToArray(), CancellationToken.None);
        Assert.Equal("now"u8.ToArray(), await Waits.ReadAsync(program, 3));
    }

    [Fact]
    public async Task A_program_that_goes_away_frees_a_writer()
    {
        await using var line = PtyLine.Create();
        var program = TtyLine.Open(line.Name, default);
        var writing = line.WriteAsync(new byte[1_000_000], CancellationToken.None).AsTask();
        await Waits.ReadAsync(program, 1);
        Assert.False(writing.IsCompleted);
        await program.DisposeAsync();
        await writing.WaitAsync(Waits.Limit);
    }

    [Fact]
    public async Task The_speed_a_program_sets_is_told_and_the_one_set_here_is_the_programs()
    {
        var heard = new TerminalRecorder();
        await using var line = PtyLine.Create();
        line.Observer = heard;
        using var stop = new CancellationTokenSource();
        var reading = line.ReadAsync(new byte[1], stop.Token).AsTask();
        await TellsAsync(heard, ComPortModemState.None);
        await using var program = TtyLine.Open(
            line.Name, new LineSettings(2400, 7, ComPortParity.Even, ComPortStopSize.Two, ComPortControl.FlowNone));
        object next;
        do
            next = await heard.NextAsync();
        while (next is not LineSettings);

        // A pseudo terminal has eight bits and no parity whatever is set.
        Assert.Equal((2400u, ComPortStopSize.Two), next is LineSettings told ? (told.BaudRate, told.StopSize) : default);
        var applied = await line.ApplyAsync(new LineSettings(1200, 0, ComPortParity.Query, ComPortStopSize.Query), CancellationToken.None);
        Assert.Equal(1200u, applied!.Value.BaudRate);
        var seen = await program.ApplyAsync(default, CancellationToken.None);
        Assert.Equal(1200u, seen!.Value.BaudRate);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task A_symbolic_link_leads_to_it_while_it_lives()
    {
        using var directory = new TemporaryDirectory();
        File.CreateSymbolicLink(directory["console"], "/dev/pts/no-more");
        await using (var line = PtyLine.Create(directory["console"]))
        {
            Assert.Equal(directory["console"], line.Title);
            Assert.Equal(line.Name, new FileInfo(directory["console"]).LinkTarget);
            await using var program = TtyLine.Open(directory["console"], default);
            await program.WriteAsync("hello"u8.ToArray(), CancellationToken.None);
            Assert.Equal("hello"u8.ToArray(), await Waits.ReadAsync(line, 5));
        }

        Assert.Empty(Directory.GetFileSystemEntries(directory.Path));
    }

    [Fact]
    public async Task A_link_somebody_else_took_over_stays()
    {
        using var directory = new TemporaryDirectory();
        await using var first = PtyLine.Create(directory["console"]);
        await using var second = PtyLine.Create(directory["console"]);
        await first.DisposeAsync();
        Assert.Equal(second.Name, new FileInfo(directory["console"]).LinkTarget);
    }

    [Fact]
    public void A_file_is_not_replaced_by_a_link()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["console"], "precious");
        Assert.Throws<IOException>(() => PtyLine.Create(directory["console"]));
        Assert.Equal("precious", File.ReadAllText(directory["console"]));
    }

    [Fact]
    public void A_link_that_leads_to_no_terminal_is_not_replaced()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["precious"], "precious");
        File.CreateSymbolicLink(directory["console"], directory["precious"]);
        File.WriteAllText(directory[$"console.{Environment.ProcessId}"], "precious");
        Assert.Throws<IOException>(() => PtyLine.Create(directory["console"]));
        Assert.Equal(directory["precious"], new FileInfo(directory["console"]).LinkTarget);

        File.Delete(directory["console"]);
        Assert.Throws<IOException>(() => PtyLine.Create(directory["console"]));
        Assert.Equal("precious", File.ReadAllText(directory[$"console.{Environment.ProcessId}"]));
    }

    private static async Task TellsAsync(TerminalRecorder heard, ComPortModemState lines)
    {
        while (true)
        {
            if (await heard.NextAsync() is ComPortModemState state && (state & Lines) == lines)
                return;
        }
    }
}
