namespace Portside.Concentrator.Links;

/// <summary>A certificate or key that is there but cannot be used; the message says what to do.</summary>
public sealed class CertificateException : Exception
{
    /// <summary>An exception for an operator.</summary>
    /// <param name="message">Which file, what is wrong, and what to do.</param>
    /// <param name="cause">What the system said.</param>
    public CertificateException(string message, Exception? cause)
        : base(message, cause)
    {
    }
}
