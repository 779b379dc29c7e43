using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Portside.Telnet.ComPort;

namespace Portside.Lines.Uris;

/// <summary><c>tty:/dev/ttyS0?baud=115200</c>: a terminal device, with the speed and framing to set.</summary>
/// <remarks>
/// <code>
/// deviceURI = "tty:" path [ "?" setting *( "&amp;" setting ) ]
/// setting   = "baud=" 1*DIGIT / "bits=" ( "5" / "6" / "7" / "8" ) / "parity=" ( "none" / "odd" / "even" / "mark" / "space" )
///           / "stop=" ( "1" / "1.5" / "2" ) / "flow=" ( "none" / "xonxoff" / "rtscts" )
/// </code>
/// What is not given stays as the device has it.
/// </remarks>
public sealed record DeviceUri : LineUri
{
    internal const string Example = "tty:/dev/ttyS0?baud=115200&bits=8&parity=none&stop=1&flow=none";

    private static readonly LineSettings Unknown =
        new(0, 0, ComPortParity.Query, ComPortStopSize.Query, ComPortControl.QueryFlow);

    private DeviceUri(string text, string path, LineSettings settings, UriQuery query)
        : base(text, query)
    {
        Path = path;
        Settings = settings;
    }

    /// <summary>The device's absolute path.</summary>
    public string Path { get; }

    /// <summary>Speed and framing to set; parts that are not given are unknown.</summary>
    public LineSettings Settings { get; }

    /// <inheritdoc/>
    public bool Equals(DeviceUri? other) => base.Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => base.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"tty:{Percent.EncodePath(Path)}{Query}";

    internal static bool TryRead(string text, [NotNullWhen(true)] out SerialUri? uri, [NotNullWhen(false)] out string? error)
    {
        uri = null;
        if (!TrySplit(text, Example, out var path, out var query, out error))
            return false;
        var settings = Unknown;
        error = FilePath.Refuse(ref path, "device");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in query.Pairs)
            error ??= seen.Add(key) ? Apply(key, value, ref settings) : $"Setting {Quoted.From(key)} is given twice.";
        if (error is not null)
        {
            error = $"{error} Write it as {Example}";
            return false;
        }

        uri = new DeviceUri(text, path, settings, query);
        return true;
    }

    private static string? Apply(string key, string value, ref LineSettings settings)
    {
        switch (key)
        {
            case "baud":
                if (!uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var baud) || baud == 0)
                    return $"Setting 'baud' is bits per second, as in baud=115200, not {Quoted.From(value)}.";
                settings = settings with { BaudRate = baud };
                return null;
            case "bits":
                if (value is not ("5" or "6" or "7" or "8"))
                    return $"Setting 'bits' is 5 to 8, not {Quoted.From(value)}.";
                settings = settings with { DataSize = (byte)(value[0] - '0') };
                return null;
            case "parity":
                ComPortParity? parity = value switch
                {
                    "none" => ComPortParity.None,
                    "odd" => ComPortParity.Odd,
                    "even" => ComPortParity.Even,
                    "mark" => ComPortParity.Mark,
                    "space" => ComPortParity.Space,
                    _ => null,
                };
                settings = settings with { Parity = parity ?? default };
                return parity is null ? $"Setting 'parity' is none, odd, even, mark or space, not {Quoted.From(value)}." : null;
            case "stop":
                ComPortStopSize? stop = value switch
                {
                    "1" => ComPortStopSize.One,
                    "1.5" => ComPortStopSize.OneAndHalf,
                    "2" => ComPortStopSize.Two,
                    _ => null,
                };
                settings = settings with { StopSize = stop ?? default };
                return stop is null ? $"Setting 'stop' is 1, 1.5 or 2, not {Quoted.From(value)}." : null;
            case "flow":
                ComPortControl? flow = value switch
                {
                    "none" => ComPortControl.FlowNone,
                    "xonxoff" => ComPortControl.FlowXonXoff,
                    "rtscts" => ComPortControl.FlowHardware,
                    _ => null,
                };
                settings = settings with { Flow = flow ?? default };
                return flow is null ? $"Setting 'flow' is none, xonxoff or rtscts, not {Quoted.From(value)}." : null;
            default:
                return $"Setting {Quoted.From(key)} is unknown: baud, bits, parity, stop and flow exist.";
        }
    }
}
