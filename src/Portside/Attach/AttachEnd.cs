namespace Portside.Attach;

/// <summary>How an attachment ended.</summary>
internal enum AttachEnd
{
    /// <summary>The person left, or the program's input ended.</summary>
    Left,

    /// <summary>The server ended it and said why.</summary>
    Ended,

    /// <summary>The connection broke.</summary>
    Lost,
}
