using System.Text;
using Spectre.Console;

namespace Portside.Output;

/// <summary>Where tables are drawn: a writer with a width of our choice.</summary>
/// <param name="writer">Where they go.</param>
/// <param name="isTerminal">Whether a person reads them.</param>
/// <param name="width">Columns; null for those of the window, as wide as it is at the time.</param>
/// <param name="window">The window's columns and rows now.</param>
internal sealed class PlainOutput(TextWriter writer, bool isTerminal, int? width, Func<(int Columns, int Rows)> window) : IAnsiConsoleOutput
{
    public TextWriter Writer => writer;

    public bool IsTerminal => isTerminal;

    public int Width => width ?? window().Columns;

    public int Height => window().Rows;

    public void SetEncoding(Encoding encoding)
    {
    }
}
