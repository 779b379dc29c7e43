using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using Portside.Host.Guests.Qemu;
using Portside.Host.Guests.Scripts;

namespace Portside.Host.Guests;

/// <summary>Makes guests of a text, such as <c>portside.guest</c> of a machine's advanced options.</summary>
/// <remarks>
/// <code>
/// guest = "none"                       on, and silent
///       / "shell" / "login"            a boot log, a login (any user, password "portside"), a small shell
///       / "echo"                       every byte comes back
///       / "numbers" [ ":" rate ]       numbered records, so many a second; 0: as many as the line takes
///       / "flood"                      a pattern, as fast as the line takes it
///       / "bootlog" [ ":" seed ]       the boot log, then silence
///       / "script:" file               what a script says and expects
///       / "command:" words             a program in a terminal of its own
///       / "qemu:" 1*( key "=" value )  a machine in QEMU: kernel, initrd, disk, append, memory, cpus, accel; at serial port 0
/// </code>
/// Words are separated by blanks; one with blanks in it stands in single or double quotes.
/// </remarks>
/// <param name="options">What guests may be made of; null for what needs nothing of the host.</param>
public sealed class GuestFactory(GuestFactoryOptions? options = null)
{
    private const string Kinds =
        "none, shell, echo, numbers:100, flood, bootlog, script:[datastore1] login.yaml, command:/bin/cat or qemu:kernel=/boot/vmlinuz append=\"console=ttyS0\"";

    private readonly GuestFactoryOptions _options = options ?? new GuestFactoryOptions();

    /// <summary>Reads a text.</summary>
    /// <param name="spec">As above; empty or null for <c>none</c>.</param>
    /// <param name="machine">The machine's name; a shell calls itself so, as far as a host name can.</param>
    /// <param name="guest">Makes the guest of each serial port, by its index.</param>
    /// <param name="error">What is wrong with it, and what there is.</param>
    /// <returns>False when it is none, or one that may not be made.</returns>
    public bool TryCreate(string? spec, string machine, out Func<int, IGuest> guest, out string? error)
    {
        ArgumentNullException.ThrowIfNull(machine);
        guest = static _ => new SilentGuest();
        var text = (spec ?? "").Trim();
        if (text.Length == 0)
        {
            error = null;
            return true;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var kind = (colon < 0 ? text : text[..colon]).ToLowerInvariant();
        var rest = colon < 0 ? "" : text[(colon + 1)..].Trim();
        error = kind switch
        {
            "none" or "shell" or "login" or "echo" or "flood" when rest.Length > 0 => $"'{kind}' takes nothing behind it, and there is '{rest}'.",
            "none" => null,
            "shell" or "login" => Take(_ => new ShellGuest(new ShellOptions { HostName = HostName(machine) }), ref guest),
            "echo" => Take(_ => new EchoGuest(), ref guest),
            "flood" => Take(_ => new FloodGuest(), ref guest),
            "numbers" => Numbers(rest, ref guest),
            "bootlog" => Boot(rest, machine, ref guest),
            "script" => Script(rest, ref guest),
            "command" => Command(rest, ref guest),
            "qemu" => Qemu(rest, ref guest),
            _ => $"'{kind}' is not a guest; there are {Kinds}.",
        };
        return error is null;
    }

    /// <summary>Reads a text.</summary>
    /// <param name="spec">As above; empty or null for <c>none</c>.</param>
    /// <param name="machine">The machine's name.</param>
    /// <returns>Makes the guest of each serial port, by its index.</returns>
    /// <exception cref="FormatException">It is none, or one that may not be made; the message says why.</exception>
    public Func<int, IGuest> Create(string? spec, string machine) =>
        TryCreate(spec, machine, out var guest, out var error) ? guest : throw new FormatException(error);

    private static string? Take(Func<int, IGuest> made, ref Func<int, IGuest> guest)
    {
        guest = made;
        return null;
    }

    private static string? Numbers(string rest, ref Func<int, IGuest> guest)
    {
        var rate = 100.0;
        if (rest.Length > 0 && (!double.TryParse(rest, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out rate) || rate > 1e6))
            return $"'{rest}' is not a number of records a second: numbers:100 says a hundred, numbers:0 as many as the line takes.";
        return Take(_ => new NumbersGuest(new NumbersOptions { RecordsPerSecond = rate }), ref guest);
    }

    private static string? Boot(string rest, string machine, ref Func<int, IGuest> guest)
    {
        var seed = 1;
        if (rest.Length > 0 && !int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out seed))
            return $"'{rest}' is not a seed of a boot log: a whole number is, as in bootlog:7.";
        return Take(
            _ =>
            {
                var log = new StringBuilder();
                foreach (var (at, text) in BootLog.Lines(seed, HostName(machine)))
                    log.Append(BootLog.Format(at, text)).Append("\r\n");
                return new SilentGuest(Encoding.UTF8.GetBytes(log.ToString()));
            },
            ref guest);
    }

    private static string HostName(string machine)
    {
        var name = new string([.. machine.ToLowerInvariant().Where(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')]).Trim('-');
        return name.Length is > 0 and <= 63 ? name : "quay";
    }

    [SupportedOSPlatform("linux")]
    private static Func<int, IGuest> CommandGuests(IReadOnlyList<string> words) => _ => new CommandGuest(words);

    /// <summary>One machine in QEMU for all ports: the first is its own, the others are silent.</summary>
    [SupportedOSPlatform("linux")]
    private static Func<int, IGuest> QemuGuests(QemuOptions qemu) => index => index == 0 ? new QemuGuest(qemu) : new SilentGuest();

    private string? Script(string rest, ref Func<int, IGuest> guest)
    {
        if (rest.Length == 0)
            return "The script is missing: write script:[datastore1] login.yaml.";
        var path = _options.ResolveFile?.Invoke(rest) ?? (_options.AllowPrograms && Path.IsPathRooted(rest) ? rest : null);
        if (path is null)
            return $"'{rest}' is no script in a datastore of this host.";
        try
        {
            var script = GuestScript.Load(path);
            return Take(_ => new ScriptGuest(script), ref guest);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return $"There is no script '{rest}'.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Why is the host's business, and so is where it keeps its files.
            return $"The script '{rest}' cannot be read, or is longer than {GuestScript.MaxBytes} bytes.";
        }
        catch (FormatException e)
        {
            return $"The script '{rest}' has a mistake: {e.Message}";
        }
    }

    private string? Command(string rest, ref Func<int, IGuest> guest)
    {
        if (Refuse("command", rest, out var words) is { } refusal)
            return refusal;
        if (words.Count == 0)
            return "The command is missing: write command:/bin/cat.";
        return OperatingSystem.IsLinux() ? Take(CommandGuests(words), ref guest) : "Programs run in terminals on Linux only.";
    }

    private string? Qemu(string rest, ref Func<int, IGuest> guest)
    {
        if (Refuse("qemu", rest, out var words) is { } refusal)
            return refusal;
        if (!QemuOptions.TryParse(words, out var qemu, out var error))
            return error;
        return OperatingSystem.IsLinux()
            ? Take(QemuGuests(qemu), ref guest)
            : "QEMU's consoles are connected on Linux only.";
    }

    private string? Refuse(string kind, string rest, out IReadOnlyList<string> words)
    {
        words = [];
        if (!_options.AllowPrograms)
            return $"'{kind}:' is not allowed on this host: its machines run no programs of the host.";
        return Words.TryRead(rest, out words) ? null : $"'{rest}' opens a quote and does not close it.";
    }
}
