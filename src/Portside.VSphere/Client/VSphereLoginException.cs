namespace Portside.VSphere.Client;

/// <summary>The server refuses the user or the password. It is never tried again: accounts lock.</summary>
/// <param name="message">Who was refused where.</param>
/// <param name="next">What to do about it, or null.</param>
/// <param name="inner">The cause.</param>
public sealed class VSphereLoginException(string message, string? next = null, Exception? inner = null)
    : VSphereException(message, next, inner);
