namespace Portside.Concentrator.Recording;

/// <summary>What the log writer can be asked for.</summary>
internal enum LogRequestKind
{
    /// <summary>Write what one port, or every port, said before.</summary>
    Flush,

    /// <summary>Write what a port said, close its file and forget it.</summary>
    Forget,

    /// <summary>Close all files.</summary>
    Reopen,

    /// <summary>Write what every port said, close all files and end.</summary>
    End,
}
