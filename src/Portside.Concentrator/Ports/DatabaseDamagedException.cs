namespace Portside.Concentrator.Ports;

/// <summary>The file is not a database, or a broken one.</summary>
internal sealed class DatabaseDamagedException(string message, Exception? cause) : DatabaseException(message, cause);
