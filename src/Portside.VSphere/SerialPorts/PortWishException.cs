using Portside.VSphere.Client;

namespace Portside.VSphere.SerialPorts;

/// <summary>What was wished makes no sense for the machine: nothing was done to it.</summary>
/// <param name="message">Which machine, and why.</param>
public sealed class PortWishException(string message) : VSphereException(message);
