namespace Portside.Attach;

/// <summary>How an attached person or program is served on this side.</summary>
internal sealed record AttachSettings
{
    /// <summary>The port as it was named on the command line.</summary>
    public required string Selector { get; init; }

    /// <summary>The byte that opens the menu; null for none.</summary>
    public byte? Escape { get; init; } = 0x1D;

    /// <summary>Whether Enter <c>~ .</c> leaves.</summary>
    public bool TildeEscape { get; init; } = true;

    /// <summary>Whether keys come from a terminal: escapes count, and lines end in CR LF because the terminal is raw.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Whether input is read at all: a program that only watches needs none, and its end means nothing.</summary>
    public bool ReadsInput { get; init; } = true;

    /// <summary>Whether the machine's bytes are shown and nothing else.</summary>
    public bool IsPlain { get; init; }

    /// <summary>How long the machine must be silent after piped input ended, before we leave; null: never.</summary>
    public TimeSpan? Wait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The window's size, asked for anew at every change.</summary>
    public Func<(int Columns, int Rows)?> Size { get; init; } = () => null;
}
