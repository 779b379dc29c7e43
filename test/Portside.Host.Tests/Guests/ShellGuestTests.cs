using Microsoft.Extensions.Time.Testing;
using Portside.Host.Guests;

namespace Portside.Host.Tests.Guests;

public class ShellGuestTests
{
    private const string Prompt = "root@quay:~# ";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 34, 56, TimeSpan.Zero));

    [Fact]
    public async Task It_boots_then_asks_for_a_login_then_greets()
    {
        await using var line = new StreamLine();
        var running = Start(line);

        var boot = await line.Person.ExpectTextEventuallyAsync("quay login: ");
        Assert.StartsWith("[    0.000000] Quay version 1.4.2", boot, StringComparison.Ordinal);
        Assert.Contains("console [ttyS0] enabled\r\n", boot, StringComparison.Ordinal);
        await line.Person.SendTextAsync("anybody\r");
        await line.Person.ExpectTextAsync("anybody\r\nPassword: ");
        await line.Person.SendTextAsync("portside\r");
        var greeting = await line.Person.ExpectTextEventuallyAsync("anybody@quay:~$ ");

        Assert.DoesNotContain("portside", greeting, StringComparison.Ordinal);
        Assert.Contains("Welcome", greeting, StringComparison.Ordinal);
        Assert.False(running.IsCompleted);
    }

    [Fact]
    public async Task The_same_seed_boots_the_same_and_another_does_not()
    {
        Assert.Equal(await BootAsync(1), await BootAsync(1));
        Assert.NotEqual(await BootAsync(1), await BootAsync(2));
    }

    [Fact]
    public async Task Booting_takes_the_time_it_is_told()
    {
        await using var line = new StreamLine();
        var running = new ShellGuest(new ShellOptions { BootTime = TimeSpan.FromSeconds(5) }).RunAsync(line, _time, CancellationToken.None);
        var boot = line.Person.ExpectTextEventuallyAsync("login: ");
        var started = _time.GetUtcNow();
        while (!boot.IsCompleted && _time.GetUtcNow() - started < TimeSpan.FromMinutes(10))
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }

        await boot;
        Assert.True(_time.GetUtcNow() - started >= TimeSpan.FromSeconds(4.9));
        Assert.False(running.IsCompleted);
    }

    [Fact]
    public async Task A_wrong_password_is_asked_again()
    {
        await using var line = new StreamLine();
        _ = Start(line);
        await line.Person.ExpectTextEventuallyAsync("login: ");

        await line.Person.SendTextAsync("root\rwrong\r");

        await line.Person.ExpectTextEventuallyAsync("Login incorrect\r\n");
        await line.Person.ExpectTextEventuallyAsync("login: ");
    }

    [Theory]
    [InlineData("echo a  b c", "a b c\r\n")]
    [InlineData("date", "Sun Mar 01 12:34:56 UTC 2026\r\n")]
    [InlineData("uname", "Quay\r\n")]
    [InlineData("uname -a", "Quay quay 1.4.2 #7 SMP PREEMPT_DYNAMIC x86_64\r\n")]
    [InlineData("seq 3", "1\r\n2\r\n3\r\n")]
    [InlineData("seq 5 6", "5\r\n6\r\n")]
    [InlineData("seq x", "usage: seq [FIRST] LAST\r\n")]
    [InlineData("who", "root         ttyS0  2026-03-01 12:34\r\n")]
    [InlineData("hostname", "quay\r\n")]
    [InlineData("uptime", "up 0.00:00:00, 1 user\r\n")]
    [InlineData("frobnicate", "frobnicate: not found; try 'help'\r\n")]
    [InlineData("", "")]
    public async Task Commands_answer(string command, string answer)
    {
        await using var line = new StreamLine();
        _ = Start(line);
        await LogInAsync(line);

        await line.Person.SendTextAsync(command + "\r");

        await line.Person.ExpectTextAsync($"{command}\r\n{answer}{Prompt}");
    }

    [Fact]
    public async Task Dmesg_repeats_the_boot_log()
    {
        await using var line = new StreamLine();
        _ = Start(line);
        var boot = await line.Person.ExpectTextEventuallyAsync("getty on ttyS0\r\n");
        await LogInAsync(line);

        await line.Person.SendTextAsync("dmesg\r");

        await line.Person.ExpectTextAsync($"dmesg\r\n{boot}{Prompt}");
    }

    [Theory]
    [InlineData("ecxho\u007f\u007f\u007fho hi\r", "ecxho\b \b\b \b\b \bho hi\r\nhi\r\n")]
    [InlineData("\u0008echo hi\n", "echo hi\r\nhi\r\n")]
    [InlineData("abc\u0015echo hi\r\n", "abc\b \b\b \b\b \becho hi\r\nhi\r\n")]
    [InlineData("echo x yy\u0017zz\r\0", "echo x yy\b \b\b \bzz\r\nx zz\r\n")]
    [InlineData("echo ä\u007fo\r", "echo ä\b \bo\r\no\r\n")]
    [InlineData("echo \u001b[Ahi\r", "echo hi\r\nhi\r\n")]
    [InlineData("gibberish\u0003echo hi\r", "gibberish^C\r\n" + Prompt + "echo hi\r\nhi\r\n")]
    public async Task A_line_can_be_edited(string typed, string shown)
    {
        await using var line = new StreamLine();
        _ = Start(line);
        await LogInAsync(line);

        await line.Person.SendTextAsync(typed);

        await line.Person.ExpectTextAsync(shown + Prompt);
    }

    [Fact]
    public async Task Yes_goes_on_until_interrupted_and_what_was_typed_meanwhile_waits()
    {
        await using var line = new StreamLine();
        _ = Start(line);
        await LogInAsync(line);
        await line.Person.SendTextAsync("yes ho\r");
        await line.Person.ExpectTextAsync("yes ho\r\n");
        for (var i = 0; i < 10_000; i++)
            await line.Person.ExpectTextAsync("ho\r\n");

        await line.Person.SendTextAsync("ignored\u0003echo done\r");

        await line.Person.ExpectTextEventuallyAsync("^C\r\n" + Prompt + "echo done\r\ndone\r\n" + Prompt);
    }

    [Fact]
    public async Task A_sleep_can_be_interrupted()
    {
        await using var line = new StreamLine();
        _ = Start(line);
        await LogInAsync(line);
        await line.Person.SendTextAsync("sleep 1000\r");
        await line.Person.ExpectTextAsync("sleep 1000\r\n");

        await line.Person.SendTextAsync("\u0003");

        await line.Person.ExpectTextAsync("^C\r\n" + Prompt);
    }

    [Theory]
    [InlineData("logout\r")]
    [InlineData("exit\r")]
    [InlineData("\u0004")]
    public async Task After_a_logout_the_next_may_log_in(string leave)
    {
        await using var line = new StreamLine();
        _ = Start(line);
        await LogInAsync(line);

        await line.Person.SendTextAsync(leave);

        await LogInAsync(line);
    }

    [Theory]
    [InlineData("reboot", GuestExit.Reboot, "restarting system")]
    [InlineData("poweroff", GuestExit.PowerOff, "power down")]
    public async Task It_can_leave(string command, GuestExit exit, string lastWords)
    {
        await using var line = new StreamLine();
        var running = Start(line);
        await LogInAsync(line);

        await line.Person.SendTextAsync(command + "\r");

        await line.Person.ExpectTextEventuallyAsync(lastWords);
        Assert.Equal(exit, await running.WaitAsync(Patience));
    }

    private static async Task LogInAsync(StreamLine line)
    {
        await line.Person.ExpectTextEventuallyAsync("login: ");
        await line.Person.SendTextAsync("root\rportside\r");
        await line.Person.ExpectTextEventuallyAsync(Prompt);
    }

    private async Task<string> BootAsync(int seed)
    {
        await using var line = new StreamLine();
        _ = Start(line, seed);
        return await line.Person.ExpectTextEventuallyAsync("login: ");
    }

    private Task<GuestExit> Start(StreamLine line, int seed = 1) =>
        new ShellGuest(new ShellOptions { BootTime = TimeSpan.Zero, Seed = seed }).RunAsync(line, _time, CancellationToken.None);
}
