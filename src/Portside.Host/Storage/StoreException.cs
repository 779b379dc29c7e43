namespace Portside.Host.Storage;

/// <summary>The inventory's file cannot be used; the text says why and what to do.</summary>
/// <param name="message">Why, and what to do.</param>
/// <param name="inner">The cause.</param>
public sealed class StoreException(string message, Exception? inner = null) : Exception(message, inner);
