using Portside.Bridging;
using Portside.Host.Bridges;
using Portside.Host.Ports;

namespace Portside.Tests.Bridging;

public sealed class BridgeFileTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_stands_at_the_top_is_every_bridges_unless_it_says_otherwise()
    {
        var bridges = Read(
            """
            to: telnets://concentrator.example:13370#verify
            hold: 1MiB
            restart: on-failure
            lines:
              - name: switch-7
                line: tty:/dev/ttyUSB0?baud=9600
              - name: vm
                uuid: 56 4d 00 00 11 11 22 22-33 33 44 44 55 55 66 66
                label: com2
                line: unix-listen:/run/vm.sock
                to: telnet://other:1
                direction: client
                serviceUri: tcp://lab:7001
                restart: never
            """);

        Assert.Equal(2, bridges.Count);
        Assert.Equal(
            ("switch-7", "telnets://concentrator.example:13370#verify", 1 << 20, RestartPolicy.OnFailure, SerialDirection.Server, "vSPC.py"),
            (bridges[0].Name, bridges[0].To.ToString(), bridges[0].HoldBytes, bridges[0].Restart, bridges[0].Direction, bridges[0].FullServiceUri));
        Assert.Equal(
            ("vm", "telnet://other:1", 1 << 20, RestartPolicy.Never, SerialDirection.Client, "tcp://lab:7001?port=com2"),
            (bridges[1].Name, bridges[1].To.ToString(), bridges[1].HoldBytes, bridges[1].Restart, bridges[1].Direction, bridges[1].FullServiceUri));
        Assert.Equal(Guid.Parse("564d0000-1111-2222-3333-444455556666"), bridges[1].Identity);
    }

    [Fact]
    public void Two_readings_of_one_file_are_equal()
    {
        const string Text = "to: telnet://a:1\nlines:\n  - { name: a, line: 'pty:' }\n  - { name: b, line: 'pty:', label: x }\n";
        Assert.Equal(Read(Text), Read(Text));
    }

    [Fact]
    public void Every_mistake_is_told_at_once_with_its_place()
    {
        var mistakes = Mistakes(
            """
            too: telnet://a:1
            hold: much
            lines:
              - name: one
                line: ttyS0
              - name: two
                line: "pty:"
                nmae: three
              - just text
              - name: four
                line: "pty:"
                uuid: 123
            """);

        Assert.Equal(
            [
                "1:1: no key is called 'too' here; did you mean to?",
                "2:7: hold: 'much' is not a size such as 65536, 64KiB or 8MiB",
                "5:11: line: 'ttyS0' is not a line; there are",
                "8:5: no key is called 'nmae' here; did you mean name?",
                "9:5: keys such as 'name:' and 'line:' are expected here",
                "12:11: uuid: '123' is not a UUID: 32 hex digits are",
            ],
            mistakes.Select(mistake => mistake.Contains("; there are /dev", StringComparison.Ordinal)
                ? mistake[..mistake.IndexOf(" /dev", StringComparison.Ordinal)]
                : mistake));
    }

    [Fact]
    public void What_is_missing_is_named() => Assert.Equal(
        ["2:5: 'name' is missing", "2:5: 'to' is missing"],
        Mistakes("lines:\n  - line: 'pty:'\n"));

    [Theory]
    [InlineData("to: telnet://a:1\n", "1:1: 'lines' is a list of what to bridge, and has one item at least")]
    [InlineData("to: telnet://a:1\nlines: []\n", "2:8: 'lines' is a list of what to bridge, and has one item at least")]
    [InlineData("to: ssh://a:1\nlines: [{ name: a, line: 'pty:' }]\n", "1:5: to: 'ssh://' is not a scheme of a proxy URI")]
    public void A_file_without_sense_is_refused(string text, string mistake) =>
        Assert.StartsWith(mistake, Mistakes(text)[0], StringComparison.Ordinal);

    [Fact]
    public void Two_bridges_cannot_be_one_machines_same_port()
    {
        const string Text = "to: telnet://a:1\nlines:\n  - { name: a, line: 'pty:' }\n  - { name: a, line: 'pty:', label: x }\n  - { name: a, line: 'pty:' }\n";
        Assert.Equal(["5:5: this is the same machine and port as in line 3; give it another name, uuid or label"], Mistakes(Text));
    }

    [Fact]
    public void A_file_that_is_not_there_is_a_mistake_too()
    {
        BridgeFile.Read("/nowhere/lines.yaml", out var mistakes);
        Assert.Equal("/nowhere/lines.yaml: there is no such file", mistakes.Single().ToString());
    }

    private IReadOnlyList<BridgeSpec> Read(string text)
    {
        var bridges = BridgeFile.Read(_directory.Write("lines.yaml", text), out var mistakes);
        Assert.Empty(mistakes);
        return bridges;
    }

    private List<string> Mistakes(string text)
    {
        var path = _directory.Write("lines.yaml", text);
        BridgeFile.Read(path, out var mistakes);
        return [.. mistakes.Select(mistake => mistake.ToString().Replace(path + ":", "", StringComparison.Ordinal))];
    }
}
