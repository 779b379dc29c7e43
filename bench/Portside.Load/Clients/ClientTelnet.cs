using Portside.Load.Wire;

namespace Portside.Load.Clients;

/// <summary>The client's side of telnet: answers options or none, by style. Bytes in, replies out.</summary>
/// <param name="style">How it answers.</param>
/// <param name="replies">Gets its words; whoever owns it sends and clears it.</param>
/// <param name="data">Gets serial bytes; null drops them.</param>
internal sealed class ClientTelnet(ClientStyle style, TelnetWriter replies, List<byte>? data = null) : ITelnetSink
{
    private readonly HashSet<int> _agreed = [];
    private TelnetReader _reader;

    /// <summary>The first words, before anything is read.</summary>
    public void Open()
    {
        if (style != ClientStyle.Terminal)
            return;
        Agree(Telnet.Will, Telnet.Binary);
        Agree(Telnet.Do, Telnet.Binary);
    }

    public void Hear(ReadOnlySpan<byte> received) => _reader.Feed(received, this);

    void ITelnetSink.Data(ReadOnlySpan<byte> bytes) => data?.AddRange(bytes);

    void ITelnetSink.Negotiation(byte verb, byte option)
    {
        if (style != ClientStyle.Terminal)
            return;
        switch (verb)
        {
            case Telnet.Will when option is Telnet.Binary or Telnet.Echo or Telnet.SuppressGoAhead:
                Agree(Telnet.Do, option);
                break;
            case Telnet.Do when option is Telnet.Binary or Telnet.SuppressGoAhead:
                Agree(Telnet.Will, option);
                break;
            case Telnet.Will:
                replies.Negotiate(Telnet.Dont, option);
                break;
            case Telnet.Do:
                replies.Negotiate(Telnet.Wont, option);
                break;
        }
    }

    void ITelnetSink.Subnegotiation(byte option, ReadOnlySpan<byte> payload)
    {
    }

    /// <summary>Says it once: an answer to our own request needs none.</summary>
    private void Agree(byte verb, byte option)
    {
        if (_agreed.Add(verb << 8 | option))
            replies.Negotiate(verb, option);
    }
}
