namespace Portside.Concentrator.Recording;

/// <summary>Something the log writer is asked for.</summary>
/// <param name="Kind">What.</param>
/// <param name="Log">For which port; null for all.</param>
/// <param name="Done">Set when it is done.</param>
internal sealed record LogRequest(LogRequestKind Kind, PortLog? Log, TaskCompletionSource Done);
