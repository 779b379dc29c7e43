namespace Portside.VSphere.Client;

/// <summary>Something with a vCenter or ESXi went wrong: what, and what to do next.</summary>
/// <param name="message">What went wrong with which object, without a full stop.</param>
/// <param name="next">What to do about it; null where nothing better than the message is known.</param>
/// <param name="inner">The cause.</param>
public class VSphereException(string message, string? next = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What to do about it, or null.</summary>
    public string? Next { get; } = next;
}
