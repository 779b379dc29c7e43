using Portside.Testing;

namespace Portside.Telnet.Tests;

/// <summary>
/// The grammar above <see cref="TelnetDecoder"/> once more, as the slowest thing that could work: a whole stream, one
/// index, no state. It is what the decoder is compared with.
/// </summary>
internal static class GrammarDecoder
{
    public static List<string> Decode(byte[] stream, int limit, out bool tooLong, out bool inside)
    {
        var lines = new List<string>();
        var data = new List<byte>();
        tooLong = false;
        inside = false;
        var at = 0;

        void Add(string line)
        {
            if (data.Count > 0)
                lines.Add($"data {HexScript.Format(data.ToArray())}");
            data.Clear();
            if (line.Length > 0)
                lines.Add(line.TrimEnd());
        }

        while (at < stream.Length)
        {
            if (stream[at] != 0xFF)
            {
                data.Add(stream[at++]);
                continue;
            }

            if (at + 1 == stream.Length)
            {
                inside = true;
                break;
            }

            var command = stream[at + 1];
            at += 2;
            if (command == 0xFF)
            {
                data.Add(0xFF);
            }
            else if (command == 0xFA)
            {
                if (!Subnegotiation(stream, ref at, limit, out var line, out tooLong))
                {
                    inside = true;
                    break;
                }

                Add(line);
            }
            else if (command >= 0xFB)
            {
                if (at == stream.Length)
                {
                    inside = true;
                    break;
                }

                string[] verbs = ["WILL", "WONT", "DO", "DONT"];
                Add($"{verbs[command - 0xFB]} {stream[at++]:X2}");
            }
            else
            {
                Add($"{(command > 0xF0 ? "command" : "undefined")} {command:X2}");
            }
        }

        Add("");
        return lines;
    }

    /// <summary>Reads from behind IAC SB. False when the stream ends first, or the payload is too long.</summary>
    private static bool Subnegotiation(byte[] stream, ref int at, int limit, out string line, out bool tooLong)
    {
        var bytes = new List<byte>();
        line = "";
        tooLong = false;
        while (at < stream.Length)
        {
            var b = stream[at];
            if (b == 0xFF)
            {
                if (at + 1 == stream.Length)
                    return false;
                if (stream[at + 1] != 0xFF)
                {
                    var whole = stream[at + 1] == 0xF0;
                    at += whole ? 2 : 0;
                    line = bytes.Count == 0
                        ? "broken SB 00"
                        : $"{(whole ? "" : "broken ")}SB {bytes[0]:X2} {HexScript.Format(bytes.ToArray().AsSpan(1))}";
                    return true;
                }

                at++;
            }

            at++;
            bytes.Add(b);
            tooLong = bytes.Count - 1 > limit;
            if (tooLong)
                return false;
        }

        return false;
    }
}
