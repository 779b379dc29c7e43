namespace Portside.VSphere.Client;

/// <summary>There was no answer, or one that is none of vSphere's.</summary>
/// <param name="message">What went wrong.</param>
/// <param name="next">What to do about it, or null.</param>
/// <param name="inner">The cause.</param>
public class VSphereTransportException(string message, string? next = null, Exception? inner = null)
    : VSphereException(message, next, inner)
{
    /// <summary>Whether it was waited for in vain.</summary>
    public bool IsTimeout { get; init; }

    /// <summary>Whether the connection broke, so that what only reads may be tried again.</summary>
    public bool IsInterrupted { get; init; }
}
