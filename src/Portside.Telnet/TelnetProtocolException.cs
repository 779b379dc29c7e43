namespace Portside.Telnet;

/// <summary>The peer broke a rule that its connection cannot survive.</summary>
/// <param name="message">What was expected, what came, and the rule's source.</param>
public sealed class TelnetProtocolException(string message) : Exception(message);
