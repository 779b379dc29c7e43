namespace Portside.Concentrator.Cables;

/// <summary>A cable cannot be plugged in so.</summary>
/// <param name="message">Why, in words.</param>
/// <param name="isTaken">Whether it, or one of its ends, is in use.</param>
/// <param name="isUnknown">Whether an end is named that nobody knows, or that may be several.</param>
public sealed class CableException(string message, bool isTaken = false, bool isUnknown = false) : Exception(message)
{
    /// <summary>Whether an end is named that nobody knows, or that may be several.</summary>
    public bool IsUnknown { get; } = isUnknown;

    /// <summary>Whether it, or one of its ends, is in use.</summary>
    public bool IsTaken { get; } = isTaken;
}
