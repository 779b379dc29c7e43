namespace Portside.Load.Wire;

/// <summary>Gathers one turn's replies so that they leave in one segment. Reused; never shared between threads.</summary>
internal sealed class TelnetWriter
{
    private byte[] _buffer = new byte[512];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public TelnetWriter Negotiate(byte verb, byte option)
    {
        Append(Telnet.Iac);
        Append(verb);
        Append(option);
        return this;
    }

    /// <summary>IAC SB option, the payload with each FF doubled, IAC SE.</summary>
    public TelnetWriter Subnegotiate(byte option, ReadOnlySpan<byte> payload)
    {
        Append(Telnet.Iac);
        Append(Telnet.Sb);
        Append(option);
        foreach (var value in payload)
            AppendEscaped(value);
        Append(Telnet.Iac);
        Append(Telnet.Se);
        return this;
    }

    /// <summary>A suboption of <see cref="Telnet.Extension"/>: its code, then its payload.</summary>
    public TelnetWriter Extend(byte code, ReadOnlySpan<byte> payload = default)
    {
        Append(Telnet.Iac);
        Append(Telnet.Sb);
        Append(Telnet.Extension);
        Append(code);
        foreach (var value in payload)
            AppendEscaped(value);
        Append(Telnet.Iac);
        Append(Telnet.Se);
        return this;
    }

    private void AppendEscaped(byte value)
    {
        if (value == Telnet.Iac)
            Append(Telnet.Iac);
        Append(value);
    }

    private void Append(byte value)
    {
        if (Length == _buffer.Length)
            Array.Resize(ref _buffer, Length * 2);
        _buffer[Length++] = value;
    }
}
