using Portside.Lines.Terminals;
using Portside.Telnet.ComPort;

namespace Portside.Lines.Tests.Terminals;

public class MarkedInputTests
{
    [Theory]
    [InlineData("414243", "414243")]
    [InlineData("41FFFF42", "41FF42")]
    [InlineData("41FF000042", "41[Break]42")]
    [InlineData("FF0000FF0000", "[Break][Break]")]
    [InlineData("41FF004842", "4148[ParityError]42")]
    [InlineData("00FFFF00", "00FF00")]
    public void Marks_are_taken_out_however_the_input_is_cut(string given, string expected)
    {
        var input = Convert.FromHexString(given);
        for (var cut = 0; cut <= input.Length; cut++)
        {
            var marked = default(MarkedInput);
            Assert.Equal(expected, Decode(ref marked, input[..cut]) + Decode(ref marked, input[cut..]));
        }
    }

    private static string Decode(ref MarkedInput marked, byte[] input)
    {
        var result = "";
        while (input.Length > 0)
        {
            var length = marked.Decode(input, out var consumed, out var mark);
            result += Convert.ToHexString(input, 0, length) + (mark == ComPortLineState.None ? "" : $"[{mark}]");
            input = input[consumed..];
        }

        return result;
    }
}
