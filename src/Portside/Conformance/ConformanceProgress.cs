using Portside.Commands;
using Portside.Host.Conformance;

namespace Portside.Conformance;

/// <summary>Tells a person at a terminal which check is under way, in one line that is written over.</summary>
/// <param name="caller">Who waits.</param>
/// <param name="count">How many there are.</param>
internal sealed class ConformanceProgress(Caller caller, int count)
{
    private const string Over = "\r\x1b[K";

    private int _at;
    private int _failed;

    public void Begun(ConformanceCheck check)
    {
        _at++;
        if (caller.ErrorIsTerminal)
            caller.Error.Write($"{Over}{_at}/{count} {check.Id}{(_failed > 0 ? $" ({_failed} failed)" : "")}");
    }

    public void Ended(ConformanceResult result)
    {
        if (result.Outcome == ConformanceOutcome.Fail)
            _failed++;
        if (caller.ErrorIsTerminal && _at == count)
            caller.Error.Write(Over);
    }
}
