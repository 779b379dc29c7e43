namespace Portside.Naming;

/// <summary>What vSphere knows of a machine.</summary>
/// <param name="Name">Its name now.</param>
/// <param name="Path">Where it is, such as <c>/DC0/vm/prod/web-1</c>.</param>
/// <param name="PowerState"><c>poweredOn</c>, <c>poweredOff</c>, <c>suspended</c>; null where that is not to be seen.</param>
/// <param name="Host">Name of the host it is on; null where that is not to be seen.</param>
internal sealed record MachinePlace(string Name, string Path, string? PowerState, string? Host);
