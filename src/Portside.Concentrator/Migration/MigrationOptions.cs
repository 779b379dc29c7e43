namespace Portside.Concentrator.Migration;

/// <summary>How a port follows its virtual machine to another host.</summary>
public sealed class MigrationOptions
{
    /// <summary>Time from GOAHEAD to COMPLETE or ABORT before the migration counts as aborted; default 10 min.</summary>
    /// <remarks>No document states one; vCenter gives up long before.</remarks>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Bytes for a machine that wait while it moves or reads slowly; default 256 KiB, then clients wait.</summary>
    public int HoldBytes { get; set; } = 256 * 1024;

    /// <summary>Whether held bytes reach a machine that came back by a fresh start; default off: it is another boot.</summary>
    public bool DeliverHeldToNewBoot { get; set; }
}
