using System.Buffers;
using System.Buffers.Binary;

namespace Portside.Telnet.ComPort;

/// <summary>One message of COM-PORT-OPTION (RFC 2217): <c>IAC SB 44 code value IAC SE</c>, numbers big-endian.</summary>
/// <remarks>
/// <code>
/// code = command (client), command + 100 (access server)
/// value = text             SIGNATURE
///       | 4 bytes          SET-BAUDRATE
///       | nothing          FLOWCONTROL-SUSPEND, FLOWCONTROL-RESUME
///       | 1 byte           all others
/// </code>
/// A value is read as it is, whether RFC 2217 names it or not: what is out of range is answered, not refused. The text
/// lives as long as the token it was read from.
/// </remarks>
public readonly ref struct ComPortMessage
{
    private const byte ServerOffset = 100;

    /// <summary>Rates that Cisco's IOS, older than the RFC, sends as one byte; the byte is the index.</summary>
    private static ReadOnlySpan<uint> OneByteRates =>
        [0, 0, 0, 300, 600, 1_200, 2_400, 4_800, 9_600, 14_400, 19_200, 28_800, 38_400, 57_600, 115_200, 230_400];

    private ComPortMessage(ComPortSender sender, ComPortCommand command, uint value = 0, ReadOnlySpan<byte> text = default)
    {
        Sender = sender;
        Command = command;
        Value = value;
        Text = text;
    }

    /// <summary>Whose word it is.</summary>
    public ComPortSender Sender { get; }

    /// <summary>What it is.</summary>
    public ComPortCommand Command { get; }

    /// <summary>The value as a number; 0 when the command has none. The properties below give it its type.</summary>
    public uint Value { get; }

    /// <summary>The text of <see cref="ComPortCommand.Signature"/>; empty for every other command.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>Whether a baud rate came, and goes, as one byte; see <see cref="SetBaudRate"/>.</summary>
    public bool IsOneByteRate { get; private init; }

    /// <summary>Whether the value asks for the one in force (§2, §3) rather than sets one.</summary>
    public bool IsQuery => Command switch
    {
        ComPortCommand.Signature => Text.IsEmpty,
        ComPortCommand.SetBaudRate or ComPortCommand.SetDataSize or ComPortCommand.SetParity
            or ComPortCommand.SetStopSize => Value == 0,
        ComPortCommand.SetControl => Control is ComPortControl.QueryFlow or ComPortControl.QueryBreak
            or ComPortControl.QueryDtr or ComPortControl.QueryRts or ComPortControl.QueryInboundFlow,
        _ => false,
    };

    /// <summary>Bits per second of <see cref="ComPortCommand.SetBaudRate"/>; 0 asks.</summary>
    /// <exception cref="InvalidOperationException">It is another command, as with every property below.</exception>
    public uint BaudRate => Of(ComPortCommand.SetBaudRate);

    /// <summary>Bits per character of <see cref="ComPortCommand.SetDataSize"/>: 5 to 8; 0 asks.</summary>
    public byte DataSize => (byte)Of(ComPortCommand.SetDataSize);

    /// <summary>The parity of <see cref="ComPortCommand.SetParity"/>.</summary>
    public ComPortParity Parity => (ComPortParity)Of(ComPortCommand.SetParity);

    /// <summary>The stop bits of <see cref="ComPortCommand.SetStopSize"/>.</summary>
    public ComPortStopSize StopSize => (ComPortStopSize)Of(ComPortCommand.SetStopSize);

    /// <summary>What <see cref="ComPortCommand.SetControl"/> sets or asks.</summary>
    public ComPortControl Control => (ComPortControl)Of(ComPortCommand.SetControl);

    /// <summary>The bits of <see cref="ComPortCommand.NotifyLineState"/> or <see cref="ComPortCommand.SetLineStateMask"/>.</summary>
    public ComPortLineState LineState =>
        (ComPortLineState)Of(ComPortCommand.NotifyLineState, ComPortCommand.SetLineStateMask);

    /// <summary>The bits of <see cref="ComPortCommand.NotifyModemState"/> or <see cref="ComPortCommand.SetModemStateMask"/>.</summary>
    public ComPortModemState ModemState =>
        (ComPortModemState)Of(ComPortCommand.NotifyModemState, ComPortCommand.SetModemStateMask);

    /// <summary>What <see cref="ComPortCommand.PurgeData"/> empties.</summary>
    public ComPortPurge Purge => (ComPortPurge)Of(ComPortCommand.PurgeData);

    /// <summary>Reads a subnegotiation's payload.</summary>
    /// <param name="payload">What followed the option's code.</param>
    /// <param name="message">The message.</param>
    /// <param name="error">What is wrong with it; such a message is to be ignored (RFC 2217 defines no answer).</param>
    /// <returns>Whether it is a message.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out ComPortMessage message, out ComPortError error)
    {
        message = default;
        if (payload.IsEmpty)
        {
            error = ComPortError.Empty;
            return false;
        }

        var sender = payload[0] < ServerOffset ? ComPortSender.Client : ComPortSender.Server;
        var command = (ComPortCommand)(payload[0] - (sender == ComPortSender.Server ? ServerOffset : 0));
        var value = payload[1..];
        if (command > ComPortCommand.PurgeData)
        {
            error = ComPortError.UnknownCommand;
            return false;
        }

        if (command == ComPortCommand.Signature)
        {
            message = new(sender, command, text: value);
            error = ComPortError.None;
            return true;
        }

        if (command == ComPortCommand.SetBaudRate && value.Length == 1)
            return TryReadOneByteRate(sender, value[0], out message, out error);

        var length = ValueLength(command);
        error = value.Length < length ? ComPortError.TooShort
            : value.Length > length ? ComPortError.TooLong
            : ComPortError.None;
        if (error != ComPortError.None)
            return false;
        message = new(sender, command, length switch
        {
            0 => 0,
            1 => value[0],
            _ => BinaryPrimitives.ReadUInt32BigEndian(value),
        });
        return true;
    }

    /// <summary>SIGNATURE.</summary>
    /// <param name="sender">Whose word it is.</param>
    /// <param name="text">Names the sender; empty asks for the other's.</param>
    /// <returns>The message; it lives as long as <paramref name="text"/>.</returns>
    public static ComPortMessage Signature(ComPortSender sender, ReadOnlySpan<byte> text) =>
        new(sender, ComPortCommand.Signature, text: text);

    /// <summary>SET-BAUDRATE.</summary>
    /// <param name="sender">Whose word it is.</param>
    /// <param name="rate">Bits per second; 0 asks.</param>
    /// <param name="asOneByte">
    /// Whether to write it as one byte, as Cisco's IOS does, to answer one who did; a rate without such a code is 0.
    /// </param>
    /// <returns>The message.</returns>
    public static ComPortMessage SetBaudRate(ComPortSender sender, uint rate, bool asOneByte = false) =>
        new(sender, ComPortCommand.SetBaudRate, rate) { IsOneByteRate = asOneByte };

    /// <summary>SET-DATASIZE.</summary>
    /// <param name="sender">Whose word it is.</param>
    /// <param name="bits">5 to 8; 0 asks.</param>
    /// <returns>The message.</returns>
    public static ComPortMessage SetDataSize(ComPortSender sender, byte bits) =>
        new(sender, ComPortCommand.SetDataSize, bits);

    /// <summary>SET-PARITY.</summary>
    /// <param name="sender">Whose word it is.</param>
    /// <param name="parity">What to set or ask.</param>
    /// <returns>The message.</returns>
    public static ComPortMessage SetParity(ComPortSender sender, ComPortParity parity) =>
        new(sender, ComPortCommand.SetParity, (byte)parity);

    /// <summary>SET-STOPSIZE.</summary>
    /// <param name="sender">Whose word it is.</param>
    /// <param name="size">What to set or ask.</param>
    /// <returns>The message.</returns>
    public static ComPortMessage SetStopSize(ComPortSender sender, ComPortStopSize size) =>
        new(sender, ComPortCommand.SetStopSize, (byte)size);

    /// <summary>SET-CONTROL.</summary>
    /// <param name="sender">Whose word it is.</param>
    /// <param name="control">What to set or ask.</param>
    /// <returns>The message.</returns>
    public static ComPortMessage SetControl(ComPortSender sender, ComPortControl control) =>
        new(sender, ComPortCommand.SetControl, (byte)control);

    /// <summary>NOTIFY-LINESTATE, an access server's word.</summary>
    /// <param name="state">The line's state, already masked.</param>
    /// <returns>The message.</returns>
    public static ComPortMessage NotifyLineState(ComPortLineState state) =>
        new(ComPortSender.Server, ComPortCommand.NotifyLineState, (byte)state);

    /// <summary>NOTIFY-MODEMSTATE, an access server's word.</summary>
    /// <param name="state">The modem lines' state, already masked.</param>
    /// <returns>The message.</returns>
    public static ComPortMessage NotifyModemState(ComPortModemState state) =>
        new(ComPortSender.Server, ComPortCommand.NotifyModemState, (byte)state);

    /// <summary>FLOWCONTROL-SUSPEND.</summary>
    /// <param name="sender">Whose word it is.</param>
    /// <returns>The message.</returns>
    public static ComPortMessage FlowControlSuspend(ComPortSender sender) => new(sender, ComPortCommand.FlowControlSuspend);

    /// <summary>FLOWCONTROL-RESUME.</summary>
    /// <param name="sender">Whose word it is.</param>
    /// <returns>The message.</returns>
    public static ComPortMessage FlowControlResume(ComPortSender sender) => new(sender, ComPortCommand.FlowControlResume);

    /// <summary>SET-LINESTATE-MASK.</summary>
    /// <param name="sender">Whose word it is.</param>
    /// <param name="mask">Which states are told.</param>
    /// <returns>The message.</returns>
    public static ComPortMessage SetLineStateMask(ComPortSender sender, ComPortLineState mask) =>
        new(sender, ComPortCommand.SetLineStateMask, (byte)mask);

    /// <summary>SET-MODEMSTATE-MASK.</summary>
    /// <param name="sender">Whose word it is.</param>
    /// <param name="mask">Which states are told.</param>
    /// <returns>The message.</returns>
    public static ComPortMessage SetModemStateMask(ComPortSender sender, ComPortModemState mask) =>
        new(sender, ComPortCommand.SetModemStateMask, (byte)mask);

    /// <summary>PURGE-DATA.</summary>
    /// <param name="sender">Whose word it is.</param>
    /// <param name="purge">What is emptied.</param>
    /// <returns>The message.</returns>
    public static ComPortMessage PurgeData(ComPortSender sender, ComPortPurge purge) =>
        new(sender, ComPortCommand.PurgeData, (byte)purge);

    /// <summary>Writes the message as a whole subnegotiation.</summary>
    /// <param name="output">Where it goes.</param>
    public void Write(IBufferWriter<byte> output)
    {
        output.Write([TelnetCommand.Iac, TelnetCommand.Sb, TelnetOptionCode.ComPort]);
        output.Write([(byte)((byte)Command + (Sender == ComPortSender.Server ? ServerOffset : 0))]);
        Span<byte> value = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(value, IsOneByteRate ? (uint)Math.Max(0, OneByteRates.IndexOf(Value)) : Value);
        TelnetEncoder.WriteData(output, value[^(IsOneByteRate ? 1 : ValueLength(Command))..]);
        TelnetEncoder.WriteData(output, Text);
        output.Write([TelnetCommand.Iac, TelnetCommand.Se]);
    }

    private static int ValueLength(ComPortCommand command) => command switch
    {
        ComPortCommand.SetBaudRate => 4,
        ComPortCommand.Signature or ComPortCommand.FlowControlSuspend or ComPortCommand.FlowControlResume => 0,
        _ => 1,
    };

    private static bool TryReadOneByteRate(
        ComPortSender sender,
        byte code,
        out ComPortMessage message,
        out ComPortError error)
    {
        var rate = code < OneByteRates.Length ? OneByteRates[code] : 0;
        var known = rate != 0 || code == 0;
        message = known ? SetBaudRate(sender, rate, asOneByte: true) : default;
        error = known ? ComPortError.None : ComPortError.UnknownBaudRate;
        return known;
    }

    private uint Of(ComPortCommand command, ComPortCommand? orCommand = null) =>
        Command == command || Command == orCommand
            ? Value
            : throw new InvalidOperationException($"{Command} has no such value.");
}
