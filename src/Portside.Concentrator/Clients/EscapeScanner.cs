namespace Portside.Concentrator.Clients;

/// <summary>
/// Finds what a person means for Portside in what they type for the machine: the escape byte opens the menu,
/// Enter <c>~ .</c> leaves, Enter <c>~ ?</c> opens the menu as well. Keeps its state across any split of the input.
/// </summary>
/// <param name="escape">The byte that opens the menu; null for none.</param>
/// <param name="tilde">Whether <c>~</c> at the start of a line escapes, as in ssh.</param>
public sealed class EscapeScanner(byte? escape, bool tilde)
{
    private const byte SysRqKey = (byte)'s';

    private State _state = State.LineStart;

    private enum State : byte
    {
        Line,
        LineStart,
        Tilde,
        Menu,
        SysRq,
    }

    private static ReadOnlySpan<byte> TildeText => "~"u8;

    /// <summary>Takes typed bytes up to the next thing to do.</summary>
    /// <param name="typed">What was typed; advanced past what was looked at.</param>
    /// <param name="forMachine">Bytes that go to the machine first; may be empty.</param>
    /// <param name="key">The key of <see cref="EscapeAction.Key"/> or <see cref="EscapeAction.SysRq"/>.</param>
    /// <returns>What to do after those bytes went out; <see cref="EscapeAction.None"/> when all is looked at.</returns>
    public EscapeAction Read(ref ReadOnlySpan<byte> typed, out ReadOnlySpan<byte> forMachine, out byte key)
    {
        forMachine = default;
        key = 0;
        if (typed.IsEmpty)
            return EscapeAction.None;

        switch (_state)
        {
            case State.Menu:
                key = typed[0];
                typed = typed[1..];
                _state = key == SysRqKey ? State.SysRq : State.Line;
                return EscapeAction.Key;

            case State.SysRq:
                key = typed[0];
                typed = typed[1..];
                _state = State.Line;
                return EscapeAction.SysRq;

            case State.Tilde:
                _state = State.Line;
                if (typed[0] == '.')
                {
                    typed = typed[1..];
                    return EscapeAction.Leave;
                }

                if (typed[0] == '?')
                {
                    // For those whose escape byte a telnet program on the way keeps for itself.
                    typed = typed[1..];
                    _state = State.Menu;
                    return EscapeAction.Menu;
                }

                // Not an escape after all: the tilde was text, and a second one is swallowed as its quotation.
                forMachine = TildeText;
                if (typed[0] == '~')
                    typed = typed[1..];
                return EscapeAction.More;
        }

        for (var i = 0; i < typed.Length; i++)
        {
            var b = typed[i];
            var start = _state == State.LineStart;
            _state = b is (byte)'\r' or (byte)'\n' ? State.LineStart : State.Line;
            if (b == escape)
                _state = State.Menu;
            else if (tilde && start && b == '~')
                _state = State.Tilde;
            else
                continue;

            forMachine = typed[..i];
            typed = typed[(i + 1)..];
            return _state == State.Menu ? EscapeAction.Menu : EscapeAction.More;
        }

        forMachine = typed;
        typed = default;
        return EscapeAction.None;
    }
}
