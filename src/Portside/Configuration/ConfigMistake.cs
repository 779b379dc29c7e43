namespace Portside.Configuration;

/// <summary>Something that is wrong in the configuration.</summary>
/// <param name="Origin">Where.</param>
/// <param name="Message">What, as a sentence without a full stop.</param>
internal sealed record ConfigMistake(Origin Origin, string Message)
{
    /// <summary><c>file:line:column: message</c>, as compilers and editors write it.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => $"{Origin}: {Message}";
}
