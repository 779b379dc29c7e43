namespace Portside.Host.Conformance;

/// <summary>The port whose console is wanted.</summary>
/// <param name="Name">The machine's name.</param>
/// <param name="Uuid">Its UUID, which is vCenter's and the BIOS' alike.</param>
public sealed record ConsoleTarget(string Name, Guid Uuid);
