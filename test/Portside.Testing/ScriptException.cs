namespace Portside.Testing;

/// <summary>The other side did not do what the script expected.</summary>
/// <param name="message">What was expected and what came.</param>
public sealed class ScriptException(string message) : Exception(message);
