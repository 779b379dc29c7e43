using System.Buffers;

namespace Portside.Telnet.Negotiation;

/// <summary>The state of every option of one connection (RFC 1143). Not thread-safe.</summary>
/// <param name="table">What this end agrees to.</param>
public sealed class OptionNegotiator(OptionTable table)
{
    private readonly OptionState[] _states = new OptionState[table.Rows.Length * 2];

    /// <summary>Hears a negotiation of the peer and writes the answer it needs, if any.</summary>
    /// <param name="verb">WILL, WONT, DO or DONT.</param>
    /// <param name="option">The option's code.</param>
    /// <param name="output">Where the answer goes.</param>
    /// <returns>What was settled.</returns>
    public OptionChange Receive(byte verb, byte option, IBufferWriter<byte> output)
    {
        var side = verb is TelnetCommand.Will or TelnetCommand.Wont ? OptionSide.Remote : OptionSide.Local;
        var on = verb is TelnetCommand.Will or TelnetCommand.Do;
        var row = table.IndexOf(option);
        if (row < 0)
        {
            var (_, refusal) = OptionRules.They(OptionState.No, on, allowed: false);
            Write(side, option, refusal, output);
            return new OptionChange(option, side, Enabled: false, Settled: false);
        }

        ref var state = ref _states[Index(row, side)];
        var before = state;
        var allowed = side == OptionSide.Local ? table.Rows[row].Local : table.Rows[row].Remote;
        (state, var reply) = OptionRules.They(before, on, allowed);
        Write(side, option, reply, output);
        return new OptionChange(option, side, state == OptionState.Yes, state != before);
    }

    /// <summary>Asks for an option to be on or off, and writes the request unless it stands so already.</summary>
    /// <param name="side">Who is to perform it.</param>
    /// <param name="option">Its code; it must have a row.</param>
    /// <param name="on">What is wanted.</param>
    /// <param name="output">Where the request goes.</param>
    /// <exception cref="ArgumentException">The table has no row for the option.</exception>
    public void Request(OptionSide side, byte option, bool on, IBufferWriter<byte> output)
    {
        var row = table.IndexOf(option);
        if (row < 0)
            throw new ArgumentException($"Option {option} has no row.", nameof(option));
        ref var state = ref _states[Index(row, side)];
        (state, var reply) = OptionRules.We(state, on);
        Write(side, option, reply, output);
    }

    /// <summary>Where a side of an option stands; <see cref="OptionState.No"/> for one without a row.</summary>
    /// <param name="side">Whose side.</param>
    /// <param name="option">The option's code.</param>
    /// <returns>The state.</returns>
    public OptionState this[OptionSide side, byte option] =>
        table.IndexOf(option) is >= 0 and var row ? _states[Index(row, side)] : OptionState.No;

    /// <summary>Whether a side of an option is on.</summary>
    /// <param name="side">Whose side.</param>
    /// <param name="option">The option's code.</param>
    /// <returns>True only in state <see cref="OptionState.Yes"/>.</returns>
    public bool IsOn(OptionSide side, byte option) => this[side, option] == OptionState.Yes;

    private static int Index(int row, OptionSide side) => (row * 2) + (int)side;

    private static void Write(OptionSide side, byte option, OptionReply reply, IBufferWriter<byte> output)
    {
        if (reply == OptionReply.None)
            return;
        var verb = (side, reply) switch
        {
            (OptionSide.Local, OptionReply.On) => TelnetCommand.Will,
            (OptionSide.Local, _) => TelnetCommand.Wont,
            (_, OptionReply.On) => TelnetCommand.Do,
            _ => TelnetCommand.Dont,
        };
        TelnetEncoder.WriteNegotiation(output, verb, option);
    }
}
