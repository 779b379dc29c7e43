using Portside.Lines.Uris;
using Portside.Telnet.ComPort;

namespace Portside.Lines.Tests.Uris;

public class SerialUriTests
{
    [Theory]
    [InlineData("vSPC.py", "vSPC.py", null)]
    [InlineData("", "", null)]
    [InlineData("vmware-vspc?port=ttyS1", "vmware-vspc", "ttyS1")]
    [InlineData("vSPC.py?x=1&port=tty+S1", "vSPC.py", "tty S1")]
    [InlineData("vSPC.py?port=a%3Ab", "vSPC.py", "a:b")]
    [InlineData("vSPC.py?port=a:b", "vSPC.py", "a:b")]
    [InlineData("vSPC.py?port=%zz", "vSPC.py", null)]
    [InlineData("vSPC.py?port=", "vSPC.py", null)]
    [InlineData("[datastore1] vm/port.log", "[datastore1] vm/port.log", null)]
    public void What_has_no_colon_is_a_name(string text, string name, string? label)
    {
        var uri = Assert.IsType<ServiceName>(GivenUri.Parse(text));

        Assert.Equal(name, uri.Name);
        Assert.Equal(label, uri.Label);
        Assert.Equal(text, uri.Text);
        Assert.Equal(uri, GivenUri.Parse(uri.ToString()));
    }

    [Theory]
    [InlineData("cable:lab-1", "lab-1", "cable:lab-1")]
    [InlineData("CABLE:a.b_c?port=x", "a.b_c", "cable:a.b_c?port=x")]
    public void A_cable_has_a_name(string text, string name, string canonical)
    {
        var uri = Assert.IsType<CableUri>(GivenUri.Parse(text));

        Assert.Equal(name, uri.Name);
        Assert.Equal(canonical, uri.ToString());
    }

    [Theory]
    [InlineData("unix:/run/a.sock", "/run/a.sock", "unix:/run/a.sock")]
    [InlineData("unix:///run/a.sock", "/run/a.sock", "unix:/run/a.sock")]
    [InlineData("unix:/run/a%20%3Fb?port=x", "/run/a ?b", "unix:/run/a%20%3Fb?port=x")]
    public void A_socket_has_a_path(string text, string path, string canonical)
    {
        var uri = Assert.IsType<UnixUri>(GivenUri.ParseLine(text));

        Assert.Equal(path, uri.Path);
        Assert.Equal(canonical, uri.ToString());
        Assert.Equal(uri, GivenUri.Parse(canonical));
    }

    [Fact]
    public void A_device_has_a_path_and_what_to_set()
    {
        var uri = Assert.IsType<DeviceUri>(GivenUri.Parse("tty:/dev/ttyS0?baud=115200&bits=7&parity=even&stop=1.5&flow=rtscts"));

        Assert.Equal("/dev/ttyS0", uri.Path);
        Assert.Equal(
            new LineSettings(115_200, 7, ComPortParity.Even, ComPortStopSize.OneAndHalf, ComPortControl.FlowHardware),
            uri.Settings);
        Assert.Equal("tty:/dev/ttyS0?baud=115200&bits=7&parity=even&stop=1.5&flow=rtscts", uri.ToString());
    }

    [Fact]
    public void What_is_not_given_of_a_device_stays_unknown()
    {
        var uri = Assert.IsType<DeviceUri>(GivenUri.Parse("tty:/dev/ttyUSB0"));

        Assert.Equal(new LineSettings(0, 0, ComPortParity.Query, ComPortStopSize.Query), uri.Settings);
    }

    [Theory]
    [InlineData("cable:", "'' is not a cable's name")]
    [InlineData("cable:a/b", "'a/b' is not a cable's name")]
    [InlineData("cable:..", "'..' is not a cable's name")]
    [InlineData("cable:a#verify", "'#verify' has no meaning here")]
    [InlineData("unix:", "The path of the socket is missing")]
    [InlineData("unix:run/a", "'run/a' is not an absolute path")]
    [InlineData("unix://host/a", "'//host/a' is not an absolute path")]
    [InlineData("unix:/", "is a directory")]
    [InlineData("unix:/a%00b", "holds a NUL")]
    [InlineData("unix:/a%4", "without two hex digits")]
    [InlineData("tty:ttyS0", "'ttyS0' is not an absolute path")]
    [InlineData("tty:/dev/ttyS0?baud=fast", "'baud' is bits per second, as in baud=115200, not 'fast'")]
    [InlineData("tty:/dev/ttyS0?baud=0", "not '0'")]
    [InlineData("tty:/dev/ttyS0?bits=9", "'bits' is 5 to 8, not '9'")]
    [InlineData("tty:/dev/ttyS0?parity=n", "'parity' is none")]
    [InlineData("tty:/dev/ttyS0?stop=3", "'stop' is 1, 1.5 or 2, not '3'")]
    [InlineData("tty:/dev/ttyS0?flow=on", "'flow' is none, xonxoff or rtscts, not 'on'")]
    [InlineData("tty:/dev/ttyS0?speed=1", "Setting 'speed' is unknown")]
    [InlineData("tty:/dev/ttyS0?baud=1&baud=1", "'baud' is given twice")]
    public void What_is_wrong_is_quoted_and_a_correct_one_is_shown(string text, string expected)
    {
        Assert.False(SerialUri.TryParse(text, out _, out var error));

        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Contains("Write it as ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_the_system_cannot_take_is_refused()
    {
        Assert.True(SerialUri.TryParse($"unix:/{new string('a', 106)}", out _, out _));
        Assert.False(SerialUri.TryParse($"unix:/{new string('a', 107)}", out _, out var error));

        Assert.Contains("107 bytes", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cabel:lab", "'cabel' is not a scheme; did you mean cable? Write it as cable:lab-1")]
    [InlineData("telent://host:23", "'telent' is not a scheme; did you mean telnet? Write it as telnet://console.example:7001")]
    [InlineData("unxi:/run/a", "'unxi' is not a scheme; did you mean unix? Write it as unix:")]
    [InlineData("http://host:80", "'http' is not a scheme: tcp,")]
    [InlineData("cables:70000", "'70000' is not a port")]
    [InlineData("host:foo", "'foo' is not a port")]
    public void A_slip_in_a_scheme_is_told_from_what_is_none(string text, string expected)
    {
        Assert.False(SerialUri.TryParse(text, out _, out var error));

        Assert.StartsWith(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vSPC.py")]
    [InlineData("cable:lab")]
    [InlineData("")]
    public void A_name_and_a_cable_are_no_lines(string text)
    {
        Assert.False(LineUri.TryParse(text, out _, out var error));

        Assert.Contains("names nothing that can be opened", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Kinds_are_never_equal_to_each_other() =>
        Assert.NotEqual<SerialUri>(GivenUri.Parse("unix:/dev/x"), GivenUri.Parse("tty:/dev/x"));
}
