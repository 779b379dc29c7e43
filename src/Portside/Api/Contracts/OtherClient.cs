namespace Portside.Api.Contracts;

/// <summary>Somebody else on a port.</summary>
/// <param name="Name">Who they say they are.</param>
/// <param name="Mode">What they may do.</param>
/// <param name="Since">When they attached.</param>
internal sealed record OtherClient(string Name, string Mode, DateTimeOffset Since);
