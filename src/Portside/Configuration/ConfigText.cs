namespace Portside.Configuration;

/// <summary>One value as somebody wrote it.</summary>
/// <param name="Text">The text.</param>
/// <param name="Origin">Where it stands.</param>
internal readonly record struct ConfigText(string Text, Origin Origin);
