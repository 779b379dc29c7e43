using System.Text;
using Portside.Concentrator.Clients;
using Xunit;

namespace Portside.Concentrator.Tests.Clients;

/// <summary>What is meant for the menu and what for the machine, however what was typed is cut.</summary>
public sealed class EscapeScannerTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("ls -l\r", "ls -l\r")]
    [InlineData("\u001dq", "[menu][key q]")]
    [InlineData("ls\u001d?pwd\r", "ls[menu][key ?]pwd\r")]
    [InlineData("\u001d\u001dx", "[menu][key \u001d]x")]
    [InlineData("\u001dw\u001dw", "[menu][key w][menu][key w]")]
    [InlineData("~.", "[leave]")]
    [InlineData("~.ls", "[leave]")]
    [InlineData("ls\r~.", "ls\r[leave]")]
    [InlineData("ls\n~.", "ls\n[leave]")]
    [InlineData("ls\r\n~.", "ls\r\n[leave]")]
    [InlineData("ls~.", "ls~.")]
    [InlineData("ls ~.\r", "ls ~.\r")]
    [InlineData("~~.", "~.")]
    [InlineData("\r~~\r~.", "\r~\r[leave]")]
    [InlineData("~/bin\r", "~/bin\r")]
    [InlineData("cd\r~\r~.", "cd\r~\r[leave]")]
    [InlineData("\r~?w~?", "\r[menu][key w]~?")]
    [InlineData("\r~?\u001d", "\r[menu][key \u001d]")]
    [InlineData("~?", "[menu]")]
    [InlineData("\r~\u001dq", "\r~[menu][key q]")]
    [InlineData("\u001dq~.", "[menu][key q]~.")]
    [InlineData("\u001d~.", "[menu][key ~].")]
    [InlineData("\u001d\r~.", "[menu][key \r]~.")]
    [InlineData("a\r\r~.", "a\r\r[leave]")]
    [InlineData("\0\u00ff\u001c\u001e", "\0\u00ff\u001c\u001e")]
    public void What_is_typed_is_told_apart(string typed, string transcript) =>
        ExpectHoweverCut(() => new EscapeScanner(0x1D, tilde: true), typed, transcript);

    [Theory]
    [InlineData("~.\r~.", "~.\r~.")]
    [InlineData("~?\r~?", "~?\r~?")]
    [InlineData("~.\u001dq", "~.[menu][key q]")]
    public void The_tilde_is_text_where_it_is_turned_off(string typed, string transcript) =>
        ExpectHoweverCut(() => new EscapeScanner(0x1D, tilde: false), typed, transcript);

    [Theory]
    [InlineData("\u001dq\u0005q", "\u001dq[menu][key q]")]
    [InlineData("\u0005\u0005", "[menu][key \u0005]")]
    public void Another_byte_may_open_the_menu(string typed, string transcript) =>
        ExpectHoweverCut(() => new EscapeScanner(0x05, tilde: true), typed, transcript);

    [Theory]
    [InlineData("\u001dq", "\u001dq")]
    public void There_may_be_no_menu_at_all(string typed, string transcript) =>
        ExpectHoweverCut(() => new EscapeScanner(null, tilde: true), typed, transcript);

    private static void ExpectHoweverCut(Func<EscapeScanner> scanner, string typed, string transcript)
    {
        Assert.Equal(transcript, Read(scanner(), typed));
        Assert.Equal(transcript, Read(scanner(), [.. typed.Select(c => c.ToString())]));
        for (var cut = 1; cut < typed.Length; cut++)
            Assert.Equal(transcript, Read(scanner(), typed[..cut], typed[cut..]));
    }

    private static string Read(EscapeScanner scanner, params string[] parts)
    {
        var transcript = new StringBuilder();
        foreach (var part in parts)
        {
            ReadOnlySpan<byte> typed = Encoding.Latin1.GetBytes(part);
            while (true)
            {
                var action = scanner.Read(ref typed, out var forMachine, out var key);
                transcript.Append(Encoding.Latin1.GetString(forMachine));
                if (action == EscapeAction.None)
                    break;
                transcript.Append(action switch
                {
                    EscapeAction.Menu => "[menu]",
                    EscapeAction.Key => $"[key {(char)key}]",
                    EscapeAction.Leave => "[leave]",
                    _ => "",
                });
                if (action == EscapeAction.Leave)
                    return transcript.ToString();
            }

            Assert.True(typed.IsEmpty);
        }

        return transcript.ToString();
    }
}
