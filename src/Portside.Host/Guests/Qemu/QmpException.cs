namespace Portside.Host.Guests.Qemu;

/// <summary>QEMU refused a command, or is gone.</summary>
public sealed class QmpException : IOException
{
    /// <summary>A failure.</summary>
    public QmpException()
    {
    }

    /// <summary>A failure.</summary>
    /// <param name="message">What QEMU said.</param>
    public QmpException(string message)
        : base(message)
    {
    }

    /// <summary>A failure.</summary>
    /// <param name="message">What QEMU said.</param>
    /// <param name="innerException">Why.</param>
    public QmpException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
