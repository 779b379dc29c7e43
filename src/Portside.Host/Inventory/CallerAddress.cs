namespace Portside.Host.Inventory;

/// <summary>Where a caller is, as sessions show it.</summary>
/// <param name="IpAddress">Its address.</param>
/// <param name="UserAgent">What it calls itself.</param>
public sealed record CallerAddress(string IpAddress, string UserAgent);
