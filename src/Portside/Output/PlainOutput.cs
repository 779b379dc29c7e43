using System.Text;
using Spectre.Console;

namespace Portside.Output;

/// <summary>Where tables are drawn: a writer with a width of our choice.</summary>
/// <param name="writer">Where they go.</param>
/// <param name="isTerminal">Whether a person reads them.</param>
/// <param name="width">Columns.</param>
/// <param name="height">Rows.</param>
internal sealed class PlainOutput(TextWriter writer, bool isTerminal, int width, int height) : IAnsiConsoleOutput
{
    public TextWriter Writer => writer;

    public bool IsTerminal => isTerminal;

    public int Width => width;

    public int Height => height;

    public void SetEncoding(Encoding encoding)
    {
    }
}
