namespace Portside.Concentrator.Hosting;

/// <summary>What must survive a restart cannot be read or written; the message says what to do.</summary>
public sealed class StateDirectoryException : IOException
{
    /// <summary>An exception for an operator.</summary>
    /// <param name="message">What failed, on which file, and what to do.</param>
    /// <param name="cause">What the system said.</param>
    public StateDirectoryException(string message, Exception? cause)
        : base(message, cause)
    {
    }
}
