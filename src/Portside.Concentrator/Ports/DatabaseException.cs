namespace Portside.Concentrator.Ports;

/// <summary>The database could not be written just now.</summary>
internal class DatabaseException(string message, Exception? cause) : Exception(message, cause);
