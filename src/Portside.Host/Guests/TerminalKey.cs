namespace Portside.Host.Guests;

/// <summary>How a line of input ended.</summary>
internal enum TerminalKey
{
    /// <summary>Enter.</summary>
    Enter,

    /// <summary>^C.</summary>
    Interrupt,

    /// <summary>^D on an empty line.</summary>
    EndOfInput,

    /// <summary>The line closed.</summary>
    Closed,
}
