using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Portside.Host.Guests;
using Portside.Host.Guests.Scripts;

namespace Portside.Host.Tests.Guests;

public class ScriptGuestTests
{
    private const string Login = """
        echo: true
        steps:
          - send: "\r\nready\r\n"
          - repeat: forever
            steps:
              - send: "login: "
              - expect: "([a-z]+)\r"
              - send: "Password: "
              - expect:
                  - match: "^secret\r"
                    steps:
                      - send: "\r\nWelcome to $$1, ${1}ever you are\r\n"
                      - leave
                  - match: "\r"
                    steps:
                      - send: "\r\nno\r\n"
                echo: false
          - send: "# "
          - expect:
              - match: "reboot\r"
                steps: [ reboot ]
              - match: "poweroff\r"
                steps: [ poweroff ]
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("reboot", GuestExit.Reboot)]
    [InlineData("poweroff", GuestExit.PowerOff)]
    public async Task A_script_sends_expects_repeats_and_ends_the_machine(string last, GuestExit exit)
    {
        await using var line = new StreamLine();
        var running = Start(Login, line);
        await line.Person.ExpectTextAsync("\r\nready\r\nlogin: ");
        await line.Person.SendTextAsync("root\r");
        await line.Person.ExpectTextAsync("root\r\nPassword: ");
        await line.Person.SendTextAsync("guess\r");
        await line.Person.ExpectTextAsync("\r\nno\r\nlogin: ");
        await line.Person.SendTextAsync("who\r");
        await line.Person.ExpectTextAsync("who\r\nPassword: ");
        await line.Person.SendTextAsync("secret\r");
        await line.Person.ExpectTextAsync("\r\nWelcome to $1, ever you are\r\n# ");
        await line.Person.SendTextAsync($"{last}\r");
        await line.Person.ExpectTextAsync($"{last}\r\n");

        Assert.Equal(exit, await running.WaitAsync(Patience));
    }

    [Fact]
    public async Task What_was_typed_ahead_is_matched_in_order_and_groups_come_back_byte_for_byte()
    {
        await using var line = new StreamLine();
        var running = Start(
            """
            steps:
              - repeat: 3
                steps:
                  - expect: "<([^>]*)>"
                  - send: "é[${1}]$"
              - poweroff
            """,
            line);

        await line.Person.SendAsync("\"noise<a>more<\" FF 00 \"><c>\"");

        await line.Person.ExpectAsync("C3 A9 \"[a]$\" C3 A9 \"[\" FF 00 \"]$\" C3 A9 \"[c]$\"");
        Assert.Equal(GuestExit.PowerOff, await running.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_wait_in_vain_goes_on_with_else_or_gives_up()
    {
        var time = new FakeTimeProvider();
        await using var line = new StreamLine();
        var running = Start(
            """
            steps:
              - delay: 1s
              - send: "1"
              - expect: never
                timeout: 500ms
                else: [ { send: "2" } ]
              - expect: never
                timeout: 2m
            """,
            line,
            time);
        await AdvanceUntilAsync(time, line.Person.ExpectTextAsync("12"));
        await AdvanceUntilAsync(time, running);

        var failure = await Assert.ThrowsAsync<ScriptFailedException>(() => running);
        Assert.Equal("Nobody typed what matches /never/ within 120 s.", failure.Message);
    }

    [Fact]
    public async Task At_its_end_a_script_takes_input_and_says_nothing()
    {
        await using var line = new StreamLine();
        var running = Start("steps: []", line);

        await line.Person.SendAsync(new byte[200_000]);

        Assert.False(running.IsCompleted);
        await line.Person.DisposeAsync();
        Assert.Equal(GuestExit.PowerOff, await running.WaitAsync(Patience));
    }

    [Fact]
    public async Task What_nobody_waits_for_does_not_pile_up()
    {
        await using var line = new StreamLine();
        var running = Start("steps: [ { expect: \"end$\" }, poweroff ]", line);

        for (var i = 0; i < 100; i++)
            await line.Person.SendAsync(new byte[10_000]);
        await line.Person.SendTextAsync("end");

        Assert.Equal(GuestExit.PowerOff, await running.WaitAsync(Patience));
    }

    [Theory]
    [InlineData("", "It is a mapping with steps")]
    [InlineData("- send: x", "It is a mapping with steps")]
    [InlineData("echo: true", "'steps' is missing")]
    [InlineData("steps: {", "line 2: While parsing")]
    [InlineData("steps: [ &a { send: x }, *a ]", "line 1: Aliases mean nothing here.")]
    [InlineData("steps: x", "A list of steps belongs here")]
    [InlineData("steps:\n  - sned: x", "line 2: 'sned' is not a step")]
    [InlineData("steps:\n  - stop", "line 2: 'stop' is not a step")]
    [InlineData("steps:\n  - send: x\n    timeout: 1s", "line 3: 'timeout' means nothing here; send do.")]
    [InlineData("steps: [ leave ]", "There is no repeat around it to leave.")]
    [InlineData("steps: [ { delay: soon } ]", "'soon' is not a length of time")]
    [InlineData("steps: [ { delay: 25h } ]", "'25h' is not a length of time")]
    [InlineData("steps: [ { expect: '(' } ]", "'(' is not a pattern")]
    [InlineData("steps: [ { expect: '(a)\\1' } ]", "is not a pattern")]
    [InlineData("steps: [ { repeat: 0, steps: [] } ]", "'0' is not how often")]
    [InlineData("steps: [ { repeat: forever, steps: [ { send: x } ] } ]", "What is repeated for ever waits somewhere")]
    [InlineData("steps: [ { repeat: forever, steps: [ { delay: 0s } ] } ]", "What is repeated for ever waits somewhere")]
    [InlineData("echo: maybe\nsteps: []", "'maybe' is neither true nor false")]
    public void A_mistake_is_told_with_its_line(string yaml, string says) =>
        Assert.Contains(says, Assert.Throws<FormatException>(() => GuestScript.Parse(yaml)).Message, StringComparison.Ordinal);

    [Fact]
    public void Whatever_is_in_a_file_is_a_script_or_a_mistake() =>
        Gen.Select(Gen.Int[0, Login.Length], Gen.Int[0, 40], Gen.String[Gen.Char["{}[]&*:- \n\t\"'#|>%@`!sendexpctrp01${}\0\uD800"], 0, 12]).Sample((at, length, text) =>
        {
            var yaml = Login.Remove(at, Math.Min(length, Login.Length - at)).Insert(at, text);
            try
            {
                GuestScript.Parse(yaml);
            }
            catch (FormatException)
            {
                // As it should be.
            }
        });

    [Fact]
    public void Steps_lie_in_steps_only_so_deep()
    {
        var yaml = "steps: " + string.Concat(Enumerable.Repeat("[ { repeat: 1, steps: ", 40)) + "[]" + string.Concat(Enumerable.Repeat(" } ]", 40));

        Assert.Contains("more than 32 deep", Assert.Throws<FormatException>(() => GuestScript.Parse(yaml)).Message, StringComparison.Ordinal);
        yaml = "steps: " + new string('[', 500_000);
        Assert.Contains("more than 160 levels deep", Assert.Throws<FormatException>(() => GuestScript.Parse(yaml)).Message, StringComparison.Ordinal);
    }

    private static Task<GuestExit> Start(string yaml, StreamLine line, TimeProvider? time = null) =>
        new ScriptGuest(GuestScript.Parse(yaml)).RunAsync(line, time ?? TimeProvider.System, CancellationToken.None);

    private static async Task AdvanceUntilAsync(FakeTimeProvider time, Task done)
    {
        while (!done.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
    }
}
