namespace Portside.Benchmarks;

/// <summary>What travels through a console.</summary>
public enum Content
{
    /// <summary>A boot log: lines of 20 to 100 characters, CR LF.</summary>
    Text,

    /// <summary>A file transfer or a debugger: every byte as likely as any other, one in 256 is 0xFF.</summary>
    Random,

    /// <summary>As <see cref="Text"/>, one byte in a hundred 0xFF.</summary>
    OnePercentFF,

    /// <summary>Every second byte 0xFF: the most pairs a decoder can meet one by one.</summary>
    EverySecondFF,

    /// <summary>Only 0xFF: the most a stream can grow by on the wire.</summary>
    AllFF,
}
