using System.Diagnostics;
using Portside.Host.Guests;
using Portside.Host.Guests.Scripts;
using Portside.Testing;

namespace Portside.Host.Tests.Guests;

public sealed class GuestFactoryTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(null, typeof(SilentGuest))]
    [InlineData(" ", typeof(SilentGuest))]
    [InlineData("none", typeof(SilentGuest))]
    [InlineData("shell", typeof(ShellGuest))]
    [InlineData("Login", typeof(ShellGuest))]
    [InlineData("echo", typeof(EchoGuest))]
    [InlineData("numbers", typeof(NumbersGuest))]
    [InlineData("numbers:0.5", typeof(NumbersGuest))]
    [InlineData("flood", typeof(FloodGuest))]
    [InlineData("bootlog:7", typeof(SilentGuest))]
    public void A_text_makes_its_guest(string? spec, Type type) =>
        Assert.IsType(type, new GuestFactory().Create(spec, "db 1")(0));

    [Theory]
    [InlineData("emu", "'emu' is not a guest; there are none, shell")]
    [InlineData("echo:loud", "'echo' takes nothing behind it")]
    [InlineData("numbers:many", "'many' is not a number of records a second")]
    [InlineData("numbers:-1", "'-1' is not a number of records a second")]
    [InlineData("bootlog:x", "'x' is not a seed")]
    [InlineData("script:", "The script is missing")]
    [InlineData("script:/etc/passwd", "'/etc/passwd' is no script in a datastore of this host.")]
    [InlineData("script:[store] gone.yaml", "There is no script '[store] gone.yaml'.")]
    [InlineData("script:[store] .", "The script '[store] .' cannot be read")]
    [InlineData("script:[store] bad.yaml", "has a mistake: line 1: 'stops' means nothing here")]
    [InlineData("command:/bin/sh", "'command:' is not allowed on this host")]
    [InlineData("qemu:kernel=/boot/vmlinuz", "'qemu:' is not allowed on this host")]
    public void A_text_that_makes_none_says_why(string spec, string says)
    {
        File.WriteAllText(_directory["bad.yaml"], "stops: []");
        var factory = new GuestFactory(new GuestFactoryOptions
        {
            ResolveFile = path => path.StartsWith("[store] ", StringComparison.Ordinal) ? _directory[path[8..]] : null,
        });

        Assert.Contains(says, Assert.Throws<FormatException>(() => factory.Create(spec, "db1")).Message, StringComparison.Ordinal);
        Assert.False(factory.TryCreate(spec, "db1", out _, out var error));
        Assert.Contains(says, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_that_is_no_file_is_not_waited_for()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is no statx");
        using (var made = Process.Start("mkfifo", _directory["pipe.yaml"]))
            made.WaitForExit();
        File.CreateSymbolicLink(_directory["zeroes.yaml"], "/dev/zero");
        var factory = new GuestFactory(new GuestFactoryOptions { ResolveFile = path => _directory[path] });
        foreach (var script in (string[])["pipe.yaml", "zeroes.yaml"])
            Assert.Contains("cannot be read", Assert.Throws<FormatException>(() => factory.Create($"script:{script}", "db1")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("command:", "The command is missing")]
    [InlineData("command:/bin/echo 'a", "opens a quote and does not close it")]
    [InlineData("qemu:", "boots a kernel or a disk")]
    [InlineData("qemu:colour=red", "'colour' means nothing to a QEMU machine")]
    [InlineData("qemu:kernel=", "'kernel' has no value")]
    [InlineData("qemu:kernel=k memory=lots", "'lots' is not a number for memory")]
    [InlineData("qemu:kernel=k accel=steam", "'steam' is not what QEMU runs machines with")]
    [InlineData("qemu:kernel=k cpus=0", "'0' is not a number for cpus")]
    public void A_program_that_cannot_be_started_so_says_why(string spec, string says)
    {
        var factory = new GuestFactory(new GuestFactoryOptions { AllowPrograms = true });

        Assert.False(factory.TryCreate(spec, "db1", out _, out var error));
        Assert.Contains(says, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_is_read_from_a_datastore()
    {
        File.WriteAllText(_directory["good.yaml"], "steps: [ send: hello ]");
        var factory = new GuestFactory(new GuestFactoryOptions { ResolveFile = path => _directory[path] });

        Assert.IsType<ScriptGuest>(factory.Create("script:good.yaml", "db1")(0));
    }

    [Theory]
    [InlineData("a b  c", "a|b|c")]
    [InlineData("append=\"console=ttyS0 quiet\" x", "append=console=ttyS0 quiet|x")]
    [InlineData("'a \"b' \"c 'd\" e\\ f ''", "a \"b|c 'd|e f|")]
    [InlineData("  ", "")]
    public void Words_are_those_of_a_shell(string text, string words)
    {
        Assert.True(Words.TryRead(text, out var read));
        Assert.Equal(words, string.Join('|', read));
    }
}
