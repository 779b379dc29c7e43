using Portside.Commands;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Portside.Output;

/// <summary>Draws tables for a caller.</summary>
internal static class Drawing
{
    // A line that is too long is the terminal's to fold: an id cut short or folded by us cannot be copied.
    private const int Unfolded = 4000;

    private const int RowsAtOnce = 200;

    /// <summary>A drawing surface for <paramref name="caller"/>'s results.</summary>
    /// <param name="caller">Who will read it.</param>
    /// <param name="writer">Where it goes.</param>
    /// <param name="isLive">Whether the drawing is redrawn in place, and so must fit the window.</param>
    /// <returns>The surface.</returns>
    public static IAnsiConsole Surface(Caller caller, TextWriter writer, bool isLive = false)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = caller.WantsColor || isLive ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = caller.WantsColor ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new PlainOutput(writer, caller.OutputIsTerminal, isLive ? null : Unfolded, () => caller.Terminal.Size ?? (80, 25)),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Capabilities.Unicode = true;
        return console;
    }

    /// <summary>Columns of the window in which <paramref name="caller"/> sees the results; null where they go elsewhere.</summary>
    /// <param name="caller">Who reads them.</param>
    /// <returns>The width now.</returns>
    public static int? WidthOf(Caller caller) => caller.OutputIsTerminal ? caller.Terminal.Size?.Columns : null;

    /// <summary>Writes <paramref name="drawing"/> to the caller's results.</summary>
    /// <param name="caller">Who reads it.</param>
    /// <param name="drawing">What to write.</param>
    public static void Write(Caller caller, IRenderable drawing)
    {
        using var text = new StringWriter { NewLine = "\n" };
        Surface(caller, text).Write(drawing);
        foreach (var line in text.ToString().TrimEnd('\n').Split('\n'))
            caller.Out.WriteLine(line.TrimEnd());
    }

    /// <summary>Writes a table of rows some hundred at a time, all of them as wide: the drawing of a row takes many times the room of what it shows.</summary>
    /// <typeparam name="T">What a row shows.</typeparam>
    /// <param name="caller">Who reads it.</param>
    /// <param name="headers">Names of the columns.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="cells">The cells of one, as many as headers; made more than once.</param>
    public static void WriteRows<T>(Caller caller, IReadOnlyList<string> headers, IReadOnlyList<T> rows, Func<T, IReadOnlyList<Text>> cells)
    {
        var surface = Surface(caller, TextWriter.Null);
        var options = RenderOptions.Create(surface, surface.Profile.Capabilities);
        var widths = headers.Select(header => Measure(new Text(header))).ToArray();
        if (rows.Count > RowsAtOnce)
        {
            foreach (var row in rows)
            {
                var made = cells(row);
                for (var i = 0; i < widths.Length; i++)
                    widths[i] = Math.Max(widths[i], Measure(made[i]));
            }
        }

        for (var from = 0; from < rows.Count; from += RowsAtOnce)
        {
            var table = Columns([.. headers]);
            table.ShowHeaders = from == 0;
            for (var i = 0; rows.Count > RowsAtOnce && i < widths.Length; i++)
                table.Columns[i].Width = widths[i];
            foreach (var row in rows.Skip(from).Take(RowsAtOnce))
                table.AddRow(cells(row));
            Write(caller, table);
        }

        int Measure(IRenderable cell) => cell.Measure(options, Unfolded).Max;
    }

    /// <summary>An empty table without lines: what is copied from it is its text.</summary>
    /// <param name="headers">Names of the columns.</param>
    /// <returns>The table.</returns>
    public static Table Columns(params ReadOnlySpan<string> headers)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        for (var i = 0; i < headers.Length; i++)
        {
            table.AddColumn(new TableColumn(new Text(headers[i], new Style(decoration: Decoration.Bold)))
            {
                NoWrap = true,
                Padding = new Padding(0, 0, i == headers.Length - 1 ? 0 : 2, 0),
            });
        }

        return table;
    }

    /// <summary>A cell with text from anywhere.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="color">Its colour, or null.</param>
    /// <returns>The cell.</returns>
    public static Text Cell(string? text, Color? color = null) =>
        new(SafeText.Of(text), color is null ? Style.Plain : new Style(color)) { Overflow = Overflow.Ellipsis };
}
