using Portside.Commands;
using Portside.Output;
using Portside.SerialPorts;
using Portside.Terminal;
using Spectre.Console;

namespace Portside.Tests.Output;

/// <summary>Many rows, written some at a time, look as if they had been written at once.</summary>
public sealed class RowsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(1001)]
    public void A_long_table_is_as_wide_everywhere_as_its_widest_cells(int count)
    {
        string[] headers = ["NAME", "NUMBER", "NOTE"];
        var rows = Enumerable.Range(1, count).ToList();
        var whole = Drawing.Columns(headers);
        foreach (var row in rows)
            whole.AddRow(Cells(row));
        Assert.Equal(Written(caller => Drawing.Write(caller, whole)), Written(caller => Drawing.WriteRows(caller, headers, rows, Cells)));

        static Text[] Cells(int row) => [Drawing.Cell(new string('w', row % 70)), Drawing.Cell($"{row}"), Drawing.Cell(row == 1000 ? "控制台 console" : "-")];
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 1)]
    [InlineData(false, 2000)]
    [InlineData(true, 3)]
    public void A_long_list_is_the_same_text_row_by_row(bool isYaml, int count)
    {
        var format = isYaml ? OutputFormat.Yaml : OutputFormat.Json;
        IReadOnlyList<SerialPortDescription> rows =
        [
            .. Enumerable.Range(1, count).Select(number => new SerialPortDescription
            {
                Machine = $"wëb-{number}",
                Path = $"/DC0/vm/wëb-{number}",
                Moid = $"vm-{number}",
                Name = "Serial port 1",
                State = "off",
                Direction = "server",
                ServiceUri = "console?port=\"a\"",
            }),
        ];
        Assert.Equal(
            Written(caller => ResultText.Write(caller, format, rows, SerialPortJson.Default.IReadOnlyListSerialPortDescription)),
            Written(caller => ResultText.WriteRows(caller, format, rows, SerialPortJson.Default.SerialPortDescription, SerialPortJson.Default.IReadOnlyListSerialPortDescription)));
    }

    private static string Written(Action<Caller> write)
    {
        using var text = new StringWriter { NewLine = "\n" };
        write(new Caller
        {
            Input = Stream.Null,
            Output = Stream.Null,
            Out = text,
            Error = TextWriter.Null,
            InputIsTerminal = false,
            OutputIsTerminal = false,
            ErrorIsTerminal = false,
            Terminal = NoTerminal.Instance,
            Environment = new Dictionary<string, string>(),
            Clock = TimeProvider.System,
        });
        return text.ToString();
    }
}
