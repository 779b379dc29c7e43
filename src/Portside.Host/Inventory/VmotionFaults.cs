using Portside.Host.Migration;
using Portside.VSphere.Soap;

namespace Portside.Host.Inventory;

/// <summary>How a move that failed is told: VMware's three causes in words that name them, the rest with its detail.</summary>
internal static class VmotionFaults
{
    public static VimFaultException From(VmotionResult result, string machine) => Fault.Generic(result.Outcome switch
    {
        VmotionOutcome.NotPossible =>
            $"'{machine}' cannot move: a remote serial port is connected, and no virtual serial port concentrator is used. {result.Detail}",
        VmotionOutcome.NotSupported =>
            $"'{machine}' cannot move: its virtual serial port concentrator does not support migration. {result.Detail}",
        VmotionOutcome.NoGoAhead or VmotionOutcome.NotNow =>
            $"'{machine}' cannot move: its virtual serial port concentrator did not acknowledge the migration in time. {result.Detail}",
        _ => $"'{machine}' cannot move: {result.Detail}",
    });
}
