namespace Portside.Telnet.VirtualSerialPort;

/// <summary>
/// UUIDs as machines send them: 47 ASCII characters, sixteen lower-case hex pairs with blanks between and a dash
/// after the eighth, <c>01 23 45 67 89 ab cd ef-fe dc ba 98 00 00 00 00</c>. Byte order is the one displayed.
/// </summary>
public static class VspUuid
{
    /// <summary>Length of the text, in bytes.</summary>
    public const int TextLength = 47;

    /// <summary>Writes the text of a UUID.</summary>
    /// <param name="hex">32 hex digits in any case.</param>
    /// <returns>47 ASCII bytes.</returns>
    /// <exception cref="FormatException"><paramref name="hex"/> is not 32 hex digits.</exception>
    public static byte[] Format(ReadOnlySpan<char> hex)
    {
        if (hex.Length != 32)
            throw new FormatException($"A UUID has 32 hex digits, not {hex.Length}.");
        var text = new byte[TextLength];
        for (var pair = 0; pair < 16; pair++)
        {
            for (var digit = 0; digit < 2; digit++)
            {
                var c = hex[(pair * 2) + digit];
                if (!char.IsAsciiHexDigit(c))
                    throw new FormatException($"'{c}' is not a hex digit.");
                text[(pair * 3) + digit] = (byte)char.ToLowerInvariant(c);
            }

            if (pair < 15)
                text[(pair * 3) + 2] = (byte)(pair == 7 ? '-' : ' ');
        }

        return text;
    }

    /// <summary>Reads a UUID leniently: its hex digits count, blanks, punctuation and control characters do not.</summary>
    /// <param name="text">ASCII text in any spelling.</param>
    /// <param name="hex">32 lower-case hex digits.</param>
    /// <returns>False when another letter is in it, or more or fewer digits.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out string hex)
    {
        Span<char> digits = stackalloc char[32];
        var count = 0;
        hex = "";
        foreach (var b in text)
        {
            var c = (char)b;
            if (char.IsAsciiHexDigit(c))
            {
                if (count == digits.Length)
                    return false;
                digits[count++] = char.ToLowerInvariant(c);
            }
            else if (char.IsAsciiLetter(c) || !char.IsAscii(c))
            {
                return false;
            }
        }

        if (count != digits.Length)
            return false;
        hex = new string(digits);
        return true;
    }
}
