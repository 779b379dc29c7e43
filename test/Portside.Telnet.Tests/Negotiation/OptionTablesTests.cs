using System.Buffers;
using Portside.Telnet.Negotiation;
using Portside.Testing;

namespace Portside.Telnet.Tests.Negotiation;

public sealed class OptionTablesTests
{
    [Theory]
    [InlineData(false, false, "00 01 03", "00 03 E8")]
    [InlineData(true, false, "00 01 03", "00 03 25 E8")]
    [InlineData(false, true, "00 01 03", "00 03 2C E8")]
    [InlineData(true, true, "00 01 03", "00 03 25 2C E8")]
    public void A_concentrator_agrees_to(bool tls, bool comPort, string local, string remote) =>
        AssertAgrees(OptionTables.Concentrator(tls, comPort), local, remote);

    [Theory]
    [InlineData(false, false, "00 03 E8", "00 01 03")]
    [InlineData(true, false, "00 03 25 E8", "00 01 03")]
    [InlineData(false, true, "00 03 2C E8", "00 01 03")]
    [InlineData(true, true, "00 03 25 2C E8", "00 01 03")]
    public void A_machine_agrees_to(bool tls, bool comPort, string local, string remote) =>
        AssertAgrees(OptionTables.Machine(tls, comPort), local, remote);

    [Fact]
    public void A_console_agrees_to() => AssertAgrees(OptionTables.Console, "00 01 03", "00 03 18 1F 2C");

    [Fact]
    public void Both_ends_of_a_virtual_machines_link_agree_to_the_same_options()
    {
        var concentrator = OptionTables.Concentrator(tls: true, comPort: true);
        var machine = OptionTables.Machine(tls: true, comPort: true);
        foreach (var row in concentrator.Rows)
        {
            var other = Assert.Single(machine.Rows, other => other.Code == row.Code);
            Assert.Equal((row.Name, row.Source, row.Local, row.Remote), (other.Name, other.Source, other.Remote, other.Local));
        }

        Assert.Equal(concentrator.Rows.Length, machine.Rows.Length);
    }

    [Fact]
    public void A_table_is_made_once() =>
        Assert.Same(OptionTables.Concentrator(tls: true, comPort: false), OptionTables.Concentrator(tls: true, comPort: false));

    [Fact]
    public void A_table_with_two_rows_of_one_option_is_refused()
    {
        var row = OptionTables.Console.Rows[0];
        Assert.Throws<ArgumentException>(() => new OptionTable(row, row));
    }

    /// <summary>Offers every option there is to both sides of a connection that has just begun.</summary>
    private static void AssertAgrees(OptionTable table, string local, string remote)
    {
        Assert.Equal(local, Agreed(table, TelnetCommand.Do, agreement: TelnetCommand.Will, refusal: TelnetCommand.Wont));
        Assert.Equal(remote, Agreed(table, TelnetCommand.Will, agreement: TelnetCommand.Do, refusal: TelnetCommand.Dont));
    }

    private static string Agreed(OptionTable table, byte verb, byte agreement, byte refusal)
    {
        var negotiator = new OptionNegotiator(table);
        var agreed = new List<byte>();
        for (var option = 0; option <= 0xFF; option++)
        {
            var output = new ArrayBufferWriter<byte>();
            var change = negotiator.Receive(verb, (byte)option, output);
            Assert.Equal([0xFF, change.Enabled ? agreement : refusal, (byte)option], output.WrittenSpan.ToArray());
            if (change.Enabled)
                agreed.Add((byte)option);
        }

        return HexScript.Format(agreed.ToArray());
    }
}
