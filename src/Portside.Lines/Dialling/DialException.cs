namespace Portside.Lines.Dialling;

/// <summary>A line could not be opened.</summary>
/// <param name="failure">What kind of reason.</param>
/// <param name="message">The reason in words, with what to change where that is known.</param>
/// <param name="inner">What caused it; null for nothing else.</param>
public sealed class DialException(DialFailure failure, string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>What kind of reason.</summary>
    public DialFailure Failure { get; } = failure;
}
