using System.Diagnostics.CodeAnalysis;
using System.Runtime.Versioning;
using Portside.Host.Sources;
using Portside.Lines.Dialling;
using Portside.Lines.Listening;
using Portside.Lines.Terminals;
using Portside.Lines.Uris;

namespace Portside.Host.Bridges;

/// <summary>Reads what a bridge may be made of, and makes sources of it.</summary>
/// <remarks>
/// <code>
/// line   = path                                  a terminal device
///        / deviceURI / unixURI / networkURI      see <see cref="LineUri"/>; what has an address is dialled
///        / "pty:" [ path ]                       a pseudo terminal is made; path: a symbolic link to it
///        / "exec:" command                       a program in a terminal of its own, through /bin/sh
///        / "unix-listen:" path                   one connection at a time to this socket
///        / scheme "-listen:" [ host ] ":" port   the same over TCP; scheme: tcp, telnet or rfc2217
/// </code>
/// This is for an administrator's own configuration: a machine's service URI never becomes one of these.
/// </remarks>
public sealed class LineSources
{
    private const string Examples =
        "/dev/ttyS0, tty:/dev/ttyUSB0?baud=115200, pty:/run/console, exec:COMMAND, unix:/run/vm.sock, unix-listen:/run/vm.sock, "
        + "tcp://host:7001, tcp-listen:127.0.0.1:7001, telnet://host:7001 or rfc2217://host:7001";

    private static readonly string[] ListeningSchemes = ["tcp", "tcp4", "tcp6", "telnet", "rfc2217"];

    private readonly LineDialer _dialer;
    private readonly LineListeners _listeners;
    private readonly TimeProvider _time;

    /// <summary>Makes lines without any restriction but the system's own.</summary>
    /// <param name="time">The clock; null for the system's.</param>
    public LineSources(TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _dialer = new LineDialer(new LineDialerOptions { Policy = DialPolicy.Everything, Signature = Signature, Time = _time });
        _listeners = new LineListeners(new LineListenerOptions { Policy = ListenPolicy.Everywhere, Signature = Signature, Time = _time });
    }

    private static ReadOnlyMemory<byte> Signature => "Portside"u8.ToArray();

    /// <summary>Reads a line's text.</summary>
    /// <param name="text">As above.</param>
    /// <param name="make">Makes a source of it.</param>
    /// <param name="error">What is wrong with it, and what there is.</param>
    /// <returns>False when it is none.</returns>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out Func<LineSources, LineSource>? make, [NotNullWhen(false)] out string? error)
    {
        make = null;
        var given = (text ?? "").Trim();
        error = Read(given, ref make);
        if (error is null && make is null)
            error = $"'{given}' is not a line; there are {Examples}.";
        return error is null;
    }

    /// <summary>A program in a terminal of its own.</summary>
    /// <param name="command">The program, searched for as a shell does, and its arguments.</param>
    /// <returns>Its source.</returns>
    public LineSource OfCommand(IReadOnlyList<string> command) =>
        OperatingSystem.IsLinux() ? Command(string.Join(' ', command), command) : throw NotHere();

    private static string? Read(string text, ref Func<LineSources, LineSource>? make)
    {
        if (text.Length == 0)
            return $"The line is missing; there are {Examples}.";
        if (text[0] == '/')
            text = $"tty:{text}";
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var kind = colon < 0 ? "" : text[..colon].ToLowerInvariant();
        var rest = text[(colon + 1)..];
        switch (kind)
        {
            case "":
                return null;
            case "pty":
                if (rest.Length > 0 && rest[0] != '/')
                    return $"'{rest}' is not an absolute path: write pty:/run/console, or pty: alone for no symbolic link.";
                make = sources => OperatingSystem.IsLinux() ? sources.Pty(text, rest.Length == 0 ? null : rest) : throw NotHere();
                return null;
            case "exec":
                if (rest.Trim().Length == 0)
                    return "The command is missing: write exec:COMMAND.";
                make = sources => OperatingSystem.IsLinux() ? sources.Command(text, ["/bin/sh", "-c", rest]) : throw NotHere();
                return null;
            case "unix-listen":
                if (!LineUri.TryParse($"unix:{rest}", out var socket, out var socketError))
                    return socketError;
                make = _ => new UnixListeningSource(((UnixUri)socket).Path);
                return null;
            case var _ when kind.EndsWith("-listen", StringComparison.Ordinal):
                var scheme = kind[..^"-listen".Length];
                if (!ListeningSchemes.Contains(scheme))
                    return $"'{kind}' is not a way to listen: unix-listen, {string.Join(", ", ListeningSchemes.Select(s => s + "-listen"))} are.";
                if (!NetworkUri.TryParse($"{scheme}://{rest}", $"{kind}:127.0.0.1:7001", out var address, out var addressError))
                    return addressError;
                make = sources => new ListeningSource(address, sources._listeners);
                return null;
        }

        if (!LineUri.TryParse(text, out var uri, out var error))
            return error;
        if (uri is NetworkUri { Host.Length: 0 } or NetworkUri { Port: 0 })
            return $"'{text}' has no address to dial. To listen write {kind}-listen:127.0.0.1:7001.";
        make = uri is DeviceUri device
            ? sources => OperatingSystem.IsLinux() ? sources.Device(device) : throw NotHere()
            : sources => new DialledSource(uri, sources._dialer);
        return null;
    }

    private static PlatformNotSupportedException NotHere() => new("Terminals are bridged on Linux only.");

    [SupportedOSPlatform("linux")]
    private TerminalSource Device(DeviceUri uri) => new(uri.Path, () => TtyLine.Open(uri, _time));

    [SupportedOSPlatform("linux")]
    private TerminalSource Pty(string title, string? link) => new(title, () => PtyLine.Create(link, _time));

    [SupportedOSPlatform("linux")]
    private TerminalSource Command(string title, IReadOnlyList<string> command) => new(title, () => CommandLine.Start(command, time: _time));
}
