using System.Globalization;
using Microsoft.Data.Sqlite;
using Portside.Concentrator.Hosting;
using Portside.Telnet.ComPort;

namespace Portside.Concentrator.Ports;

/// <summary>The SQLite file behind <see cref="PortStore"/>. One thread at a time.</summary>
internal sealed class PortDatabase : IDisposable
{
    private const int SchemaVersion = 2;

    // SQLite's primary result codes.
    private const int Busy = 5;
    private const int Locked = 6;
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    private readonly SqliteConnection _connection;

    private PortDatabase(SqliteConnection connection) => _connection = connection;

    /// <summary>All rows as they were when it was opened, seen longest ago first.</summary>
    internal List<RememberedPort> Loaded { get; } = [];

    /// <summary>Rows that made no sense then.</summary>
    internal int Unreadable { get; private set; }

    /// <summary>Opens the file, or makes it with mode 0600.</summary>
    /// <exception cref="DatabaseDamagedException">It is not a sound database.</exception>
    /// <exception cref="StateDirectoryException">It is in use, of a newer Portside, or cannot be opened; or SQLite itself is missing.</exception>
    internal static PortDatabase Open(string file)
    {
        SqliteConnection? connection = null;
        try
        {
            // SQLite gives its other files the mode of this one.
            using (StateDirectory.Create(file, FileMode.OpenOrCreate))
            {
            }

            var settings = new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, DefaultTimeout = 2 };
            connection = new SqliteConnection(settings.ToString());
            connection.Open();
            Prepare(connection, file);
            var opened = new PortDatabase(connection);
            opened.Load();
            connection = null;
            return opened;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is Corrupt or NotADatabase)
        {
            throw new DatabaseDamagedException(e.Message, e);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is Busy or Locked)
        {
            throw new StateDirectoryException(
                $"The database {file} is in use: another portside serves from this state directory. Stop it, or give this one a directory of its own (--state DIR).", e);
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException)
        {
            throw new StateDirectoryException(
                $"SQLite's library (libe_sqlite3.so) cannot be loaded. It belongs beside the executable, in {AppContext.BaseDirectory}: copy both files.", e);
        }
        catch (Exception e) when (e is SqliteException or IOException and not StateDirectoryException or UnauthorizedAccessException)
        {
            throw new StateDirectoryException(
                $"The database {file} cannot be opened: {e.Message} Make room or mend the rights there, or name another state directory (--state DIR).", e);
        }
        finally
        {
            connection?.Dispose();
        }
    }

    /// <summary>Writes rows, and deletes those without a port, in one transaction.</summary>
    /// <exception cref="DatabaseException">Nothing of it was written.</exception>
    internal void Write(IReadOnlyList<(PortId Id, RememberedPort? Port)> rows)
    {
        try
        {
            using var transaction = _connection.BeginTransaction();
            using var put = _connection.CreateCommand();
            put.CommandText = "INSERT OR REPLACE INTO port VALUES ($uuid, $label, $instance, $number, $name, $seen, $line)";
            using var delete = _connection.CreateCommand();
            delete.CommandText = "DELETE FROM port WHERE uuid = $uuid AND label = $label AND instance = $instance";
            foreach (var (id, port) in rows)
            {
                var command = port is null ? delete : put;
                command.Parameters.Clear();
                command.Parameters.AddWithValue("$uuid", id.Uuid);
                command.Parameters.AddWithValue("$label", id.Label ?? "");
                command.Parameters.AddWithValue("$instance", id.Instance);
                if (port is not null)
                {
                    command.Parameters.AddWithValue("$number", (object?)port.Number ?? DBNull.Value);
                    command.Parameters.AddWithValue("$name", (object?)port.Name ?? DBNull.Value);
                    command.Parameters.AddWithValue("$seen", port.LastSeen.ToUnixTimeMilliseconds());
                    command.Parameters.AddWithValue("$line", port.Line == default ? DBNull.Value : Format(port.Line));
                }

                command.ExecuteNonQuery();
            }

            transaction.Commit();
        }
        catch (SqliteException e)
        {
            throw new DatabaseException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private void Load()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT uuid, label, instance, number, name, last_seen, line FROM port ORDER BY last_seen";
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            // SQLite lets a column hold anything, and the file may have been edited.
            var label = row.IsDBNull(1) ? "" : row.GetString(1);
            long instance = row.GetInt64(2), number = row.IsDBNull(3) ? 0 : row.GetInt64(3), seen = row.GetInt64(5);
            if (PortId.TryCreate(row.GetString(0), label.Length == 0 ? null : label, out var id)
                && instance is >= 1 and <= int.MaxValue
                && number is >= 0 and <= ushort.MaxValue
                && seen >= 0 && seen <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
            {
                Loaded.Add(new RememberedPort(
                    id.WithInstance((int)instance),
                    number == 0 ? null : (int)number,
                    row.IsDBNull(4) ? null : row.GetString(4),
                    DateTimeOffset.FromUnixTimeMilliseconds(seen),
                    row.IsDBNull(6) ? default : Parse(row.GetString(6))));
            }
            else
            {
                Unreadable++;
            }
        }
    }

    /// <summary>Speed, bits, parity, stop bits and flow control, with RFC 2217's numbers; 0 is unknown.</summary>
    private static string Format(LineSettings line) => string.Create(
        CultureInfo.InvariantCulture,
        $"{line.BaudRate} {line.DataSize} {(byte)line.Parity} {(byte)line.StopSize} {(byte)line.Flow}");

    /// <summary>The same read; what makes no sense is as good as unknown.</summary>
    private static LineSettings Parse(string text)
    {
        var parts = text.Split(' ');
        if (parts.Length != 5 || !uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var rate))
            return default;
        Span<byte> rest = stackalloc byte[4];
        for (var i = 0; i < rest.Length; i++)
        {
            if (!byte.TryParse(parts[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out rest[i]))
                return default;
        }

        return rest is [0 or >= 5 and <= 8, <= (byte)ComPortParity.Space, <= (byte)ComPortStopSize.OneAndHalf, <= (byte)ComPortControl.FlowHardware]
            ? new LineSettings(rate, rest[0], (ComPortParity)rest[1], (ComPortStopSize)rest[2], (ComPortControl)rest[3])
            : default;
    }

    private static void Prepare(SqliteConnection connection, string file)
    {
        // One process at a time: two would hand out the same numbers.
        Execute(connection, "PRAGMA locking_mode = EXCLUSIVE");
        Execute(connection, "PRAGMA journal_mode = WAL");
        // Safe against a crash of ours; a power cut may cost the last changes, never the database.
        Execute(connection, "PRAGMA synchronous = NORMAL");
        if (Execute(connection, "PRAGMA quick_check(1)") is not "ok" and var fault)
            throw new DatabaseDamagedException(fault as string ?? "quick_check failed", null);
        var version = (long)(Execute(connection, "PRAGMA user_version") ?? 0L);
        if (version > SchemaVersion)
        {
            throw new StateDirectoryException(
                $"The database {file} is of a newer Portside (schema {version}, this one knows {SchemaVersion}). Run that version, or give this one a state directory of its own (--state DIR).",
                null);
        }

        using var transaction = connection.BeginTransaction();
        Execute(connection, """
            CREATE TABLE IF NOT EXISTS port (
                uuid      TEXT    NOT NULL,
                label     TEXT    NOT NULL,
                instance  INTEGER NOT NULL,
                number    INTEGER,
                name      TEXT,
                last_seen INTEGER NOT NULL,
                line      TEXT,
                PRIMARY KEY (uuid, label, instance)
            ) WITHOUT ROWID
            """);
        if (version == 1)
            Execute(connection, "ALTER TABLE port ADD COLUMN line TEXT");
        Execute(connection, $"PRAGMA user_version = {SchemaVersion}");
        transaction.Commit();
    }

    private static object? Execute(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        // The texts are constants of this class.
#pragma warning disable CA2100
        command.CommandText = text;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
