using Portside.Commands;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Portside.Output;

/// <summary>Draws tables for a caller.</summary>
internal static class Drawing
{
    // A line that is too long is the terminal's to fold: an id cut short or folded by us cannot be copied.
    private const int Unfolded = 4000;

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
