namespace Portside.Telnet.Tests;

/// <summary>How a stream reaches a decoder.</summary>
public enum Feeding
{
    /// <summary>In one piece.</summary>
    Whole,

    /// <summary>In two pieces, once for every place to cut.</summary>
    CutAtEveryIndex,

    /// <summary>One byte at a time.</summary>
    ByteByByte,
}
