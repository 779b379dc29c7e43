namespace Portside.Concentrator.Cables;

/// <summary>A cable cannot be plugged in so.</summary>
/// <param name="message">Why, in words.</param>
/// <param name="isTaken">Whether it, or one of its ends, is in use.</param>
public sealed class CableException(string message, bool isTaken = false) : Exception(message)
{
    /// <summary>Whether it, or one of its ends, is in use.</summary>
    public bool IsTaken { get; } = isTaken;
}
