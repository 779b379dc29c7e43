namespace Portside.Load.Wire;

/// <summary>Hears what <see cref="TelnetReader"/> takes apart. Spans are valid during the call only.</summary>
internal interface ITelnetSink
{
    /// <summary>Serial bytes, unescaped.</summary>
    void Data(ReadOnlySpan<byte> data);

    /// <summary>WILL, WONT, DO or DONT for one option.</summary>
    void Negotiation(byte verb, byte option);

    /// <summary>A whole subnegotiation: its option, then its bytes, unescaped.</summary>
    void Subnegotiation(byte option, ReadOnlySpan<byte> payload);
}
