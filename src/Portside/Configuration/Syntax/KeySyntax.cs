using System.Globalization;

namespace Portside.Configuration.Syntax;

/// <summary>A key that makes one byte: <c>^]</c> (also <c>ctrl-]</c>), a single character, or <c>0x1D</c>.</summary>
internal sealed class KeySyntax : ValueSyntax<byte>
{
    /// <summary>The one there is.</summary>
    public static KeySyntax Instance { get; } = new();

    public override string Expected => "a key such as ^], ctrl-a, & or 0x1D";

    public override string? Read(string text, out byte value)
    {
        value = 0;
        var key = text.Trim();
        if (key.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return byte.TryParse(key.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value) ? null : Unexpected(text);
        foreach (var prefix in (ReadOnlySpan<string>)["ctrl-", "ctrl+", "^"])
        {
            if (key.Length == prefix.Length + 1 && key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return TryControl(key[^1], out value) ? null : Unexpected(text);
        }

        if (key.Length != 1 || key[0] is <= ' ' or > '~')
            return Unexpected(text);
        if (char.IsAsciiLetterOrDigit(key[0]))
            return $"'{key}' is typed all the time; choose a control key such as ^] or ^a";
        value = (byte)key[0];
        return null;
    }

    public override string Format(byte value) => value switch
    {
        < 0x20 => $"^{(char)(value + 0x40)}",
        0x7F => "^?",
        > 0x20 and < 0x7F => ((char)value).ToString(),
        _ => string.Create(CultureInfo.InvariantCulture, $"0x{value:X2}"),
    };

    private static bool TryControl(char key, out byte value)
    {
        var upper = char.ToUpperInvariant(key);
        value = upper switch
        {
            '?' => 0x7F,
            // On many keyboards these are how ^[ ^\ ^] ^^ and ^_ are typed.
            >= '3' and <= '7' => (byte)(upper - '3' + 0x1B),
            >= '@' and <= '_' => (byte)(upper - '@'),
            _ => 0,
        };
        return value != 0;
    }
}
