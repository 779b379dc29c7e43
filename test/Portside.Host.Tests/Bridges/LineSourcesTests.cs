using System.Net.Sockets;
using Portside.Host.Bridges;
using Portside.Testing;

namespace Portside.Host.Tests.Bridges;

public class LineSourcesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Theory]
    [InlineData("/dev/ttyS0", "/dev/ttyS0", false)]
    [InlineData("tty:/dev/ttyUSB0?baud=9600", "/dev/ttyUSB0", false)]
    [InlineData("pty:", "pty:", false)]
    [InlineData("pty:/run/console", "pty:/run/console", false)]
    [InlineData("exec:picocom /dev/x | tee log", "exec:picocom /dev/x | tee log", false)]
    [InlineData("unix:/run/vm.sock", "unix:/run/vm.sock", false)]
    [InlineData("unix-listen:/run/vm.sock", "unix-listen:/run/vm.sock", true)]
    [InlineData("tcp://host:7001", "tcp://host:7001", false)]
    [InlineData("telnets://host:7001#verify", "telnets://host:7001", false)]
    [InlineData("rfc2217://[::1]:7001", "rfc2217://[::1]:7001", false)]
    [InlineData("tcp-listen:127.0.0.1:7001", "tcp-listen:127.0.0.1:7001", true)]
    [InlineData("telnet-listen::7001", "telnet-listen::7001", true)]
    public async Task Every_kind_of_line_is_read(string text, string title, bool waits)
    {
        Assert.True(LineSources.TryParse(text, out var make, out var error), error);
        await using var source = make(new LineSources());
        Assert.Equal((title, waits), (source.Title, source.Waits));
    }

    [Theory]
    [InlineData("", "The line is missing")]
    [InlineData("ttyS0", "'ttyS0' is not a line")]
    [InlineData("pty:console", "'console' is not an absolute path")]
    [InlineData("exec: ", "The command is missing")]
    [InlineData("smtp-listen::25", "'smtp-listen' is not a way to listen")]
    [InlineData("tcp-listen:127.0.0.1", "has no port")]
    [InlineData("unix-listen:run", "is not an absolute path")]
    [InlineData("tcp://:7001", "To listen write tcp-listen:")]
    [InlineData("cable:lab", "names nothing that can be opened")]
    [InlineData("tty:/dev/ttyS0?baud=fast", "bits per second")]
    public void What_is_none_is_refused_with_what_there_is(string text, string complaint)
    {
        Assert.False(LineSources.TryParse(text, out _, out var error));
        Assert.Contains(complaint, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_takes_one_connection_after_the_other_and_takes_over_from_the_dead()
    {
        using var directory = new TemporaryDirectory();
        var path = directory["console"];
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // One that closes takes its name away; one whose process dies does not.
            dead.Bind(new UnixDomainSocketEndPoint(directory["dead"]));
            File.Move(directory["dead"], path);
        }

        Assert.True(File.Exists(path));

        Assert.True(LineSources.TryParse($"unix-listen:{path}", out var make, out _));
        await using (var source = make(new LineSources()))
        {
            for (var i = 0; i < 2; i++)
            {
                var opening = source.OpenAsync(CancellationToken.None);
                using var peer = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await peer.ConnectAsync(new UnixDomainSocketEndPoint(path)).WaitAsync(Patience);
                await using var line = await opening.WaitAsync(Patience);
                await peer.SendAsync("x"u8.ToArray());
                Assert.Equal(1, await line.ReadAsync(new byte[1], CancellationToken.None).AsTask().WaitAsync(Patience));
            }

            Assert.True(LineSources.TryParse($"unix-listen:{path}", out var makeSecond, out _));
            await using var second = makeSecond(new LineSources());
            var failure = await Assert.ThrowsAsync<IOException>(() => second.OpenAsync(CancellationToken.None));
            Assert.Contains("in use by another program", failure.Message, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("")]
    public async Task A_file_that_is_no_socket_is_left_alone(string text)
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory["precious"], text);
        Assert.True(LineSources.TryParse($"unix-listen:{directory["precious"]}", out var make, out _));
        await using (var source = make(new LineSources()))
            await Assert.ThrowsAsync<IOException>(() => source.OpenAsync(CancellationToken.None));
        Assert.Equal(text, await File.ReadAllTextAsync(directory["precious"]));
    }

    [Fact]
    public void An_identity_is_the_same_every_time_and_another_for_every_other_name()
    {
        var one = BridgeIdentity.Derive("lab", "switch-7");
        Assert.Equal(Guid.Parse("1741aca8-da30-8421-80d7-fb727c3038f1"), one);
        Assert.Equal(one, BridgeIdentity.Derive("LAB", "switch-7"));
        Assert.NotEqual(one, BridgeIdentity.Derive("lab", "switch-8"));
        Assert.NotEqual(one, BridgeIdentity.Derive("lab2", "switch-7"));
        Assert.Equal(8, one.Version);
    }
}
