namespace Portside.Host.Guests.Scripts;

/// <summary>A script waited in vain and has nothing for that case.</summary>
public sealed class ScriptFailedException : Exception
{
    /// <summary>A script that failed.</summary>
    public ScriptFailedException()
    {
    }

    /// <summary>A script that failed.</summary>
    /// <param name="message">What it waited for.</param>
    public ScriptFailedException(string message)
        : base(message)
    {
    }

    /// <summary>A script that failed.</summary>
    /// <param name="message">What it waited for.</param>
    /// <param name="innerException">Why.</param>
    public ScriptFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
