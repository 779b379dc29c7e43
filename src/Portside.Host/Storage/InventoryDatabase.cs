using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Portside.Host.Tagging;

namespace Portside.Host.Storage;

/// <summary>The SQLite file behind <see cref="InventoryStore"/>. One thread at a time.</summary>
internal sealed class InventoryDatabase : IDisposable
{
    private const int SchemaVersion = 2;

    // The file's application_id says whose inventory it is; 0 is one of before there was a difference.
    private const long VCenterFile = 0x50530001;
    private const long EsxiFile = 0x50530002;

    // SQLite's primary result codes.
    private const int Busy = 5;
    private const int Locked = 6;

    private readonly SqliteConnection _connection;

    private InventoryDatabase(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens the file, or makes it, readable by its owner only.</summary>
    /// <param name="file">The file.</param>
    /// <param name="isVCenter">Whether it is a vCenter's inventory; else that of a host by itself.</param>
    /// <exception cref="StoreException">It is in use, damaged, of a newer Portside or of the other shape, or cannot be opened.</exception>
    public static InventoryDatabase Open(string file, bool isVCenter)
    {
        SqliteConnection? connection = null;
        try
        {
            RegularFile.Check(file);

            // What machines are called and connected to is their owner's business.
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            new FileStream(file, options).Dispose();
            connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, DefaultTimeout = 2 }.ToString());
            connection.Open();
            Prepare(connection, file, isVCenter);
            var opened = new InventoryDatabase(connection);
            connection = null;
            return opened;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is Busy or Locked)
        {
            throw new StoreException($"The inventory {file} is in use: another portside host keeps it. Stop it, or give this one a directory of its own (--state DIR).", e);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The inventory {file} cannot be opened: {e.Message} Mend it or move it away, or name another directory (--state DIR).", e);
        }
        finally
        {
            connection?.Dispose();
        }
    }

    /// <summary>Folders, in the order they were made: a folder comes after the one it is in.</summary>
    public IReadOnlyList<FolderRow> Folders() =>
        Read("SELECT id, parent, name FROM folder ORDER BY rowid", row => new FolderRow(row.GetString(0), row.GetString(1), row.GetString(2)));

    /// <summary>Machines, in the order they were made.</summary>
    public IReadOnlyList<MachineRow> Machines() => Read(
        "SELECT id, folder, host, template, ports, spec, tags FROM machine ORDER BY rowid",
        row => new MachineRow(row.GetString(0), row.GetString(1), row.GetString(2), row.GetBoolean(3), row.GetString(4), row.GetFieldValue<byte[]>(5), row.GetString(6)));

    /// <summary>Categories of tags, in the order they were made.</summary>
    public IReadOnlyList<TagCategory> Categories() => Read(
        "SELECT id, name, description, single FROM category ORDER BY rowid",
        row => new TagCategory(row.GetString(0), row.GetString(1), row.GetString(2), row.GetBoolean(3)));

    /// <summary>Tags, in the order they were made.</summary>
    public IReadOnlyList<(string Id, string Category, string Name, string Description)> Tags() => Read(
        "SELECT id, category, name, description FROM tag ORDER BY rowid",
        row => (row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3)));

    /// <summary>Writes rows in one transaction; what is null is taken out.</summary>
    /// <param name="folders">Folders by id.</param>
    /// <param name="machines">Machines by id.</param>
    /// <param name="categories">Categories of tags; those that are there stay as they are.</param>
    /// <param name="tags">Tags, likewise.</param>
    public void Write(
        IReadOnlyList<(string Id, FolderRow? Row)> folders,
        IReadOnlyList<(string Id, MachineRow? Row)> machines,
        IReadOnlyList<TagCategory> categories,
        IReadOnlyList<Tag> tags)
    {
        using var transaction = _connection.BeginTransaction();
        foreach (var category in categories)
        {
            Execute(
                "INSERT INTO category VALUES ($id, $name, $description, $single) ON CONFLICT (id) DO NOTHING",
                ("$id", category.Id),
                ("$name", category.Name),
                ("$description", category.Description),
                ("$single", category.IsSingle));
        }

        foreach (var tag in tags)
        {
            Execute(
                "INSERT INTO tag VALUES ($id, $category, $name, $description) ON CONFLICT (id) DO NOTHING",
                ("$id", tag.Id),
                ("$category", tag.Category.Id),
                ("$name", tag.Name),
                ("$description", tag.Description));
        }

        foreach (var (id, row) in folders)
        {
            if (row is null)
                Execute("DELETE FROM folder WHERE id = $id", ("$id", id));
            else
                Execute(
                    "INSERT INTO folder VALUES ($id, $parent, $name) ON CONFLICT (id) DO UPDATE SET parent = $parent, name = $name",
                    ("$id", id),
                    ("$parent", row.Parent),
                    ("$name", row.Name));
        }

        foreach (var (id, row) in machines)
        {
            if (row is null)
            {
                Execute("DELETE FROM machine WHERE id = $id", ("$id", id));
                continue;
            }

            Execute(
                """
                INSERT INTO machine (id, folder, host, template, ports, spec, tags) VALUES ($id, $folder, $host, $template, $ports, $spec, $tags)
                ON CONFLICT (id) DO UPDATE SET folder = $folder, host = $host, template = $template, ports = $ports, spec = $spec, tags = $tags
                """,
                ("$id", id),
                ("$folder", row.Folder),
                ("$host", row.Host),
                ("$template", row.IsTemplate),
                ("$ports", row.Ports),
                ("$spec", row.Spec),
                ("$tags", row.Tags));
        }

        transaction.Commit();
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private static void Prepare(SqliteConnection connection, string file, bool isVCenter)
    {
        Execute(connection, "PRAGMA locking_mode = EXCLUSIVE");
        Execute(connection, "PRAGMA journal_mode = WAL");
        Execute(connection, "PRAGMA synchronous = NORMAL");
        var version = (long)(Execute(connection, "PRAGMA user_version") ?? 0L);
        if (version > SchemaVersion)
            throw new StoreException($"The inventory {file} is of a newer Portside (schema {version}, this one knows {SchemaVersion}).");
        var shape = (long)(Execute(connection, "PRAGMA application_id") ?? 0L);
        if (shape == (isVCenter ? EsxiFile : VCenterFile))
        {
            throw new StoreException(isVCenter
                ? $"The inventory {file} is that of a host by itself: start it with --shape esxi, or name another directory (--state DIR)."
                : $"The inventory {file} is that of a vCenter: start it with --shape vcenter, or name another directory (--state DIR).");
        }

        Execute(connection, """
            CREATE TABLE IF NOT EXISTS folder (id TEXT NOT NULL UNIQUE, parent TEXT NOT NULL, name TEXT NOT NULL);
            CREATE TABLE IF NOT EXISTS machine (
                id       TEXT    NOT NULL UNIQUE,
                folder   TEXT    NOT NULL,
                host     TEXT    NOT NULL,
                template INTEGER NOT NULL,
                ports    TEXT    NOT NULL,
                spec     BLOB    NOT NULL,
                tags     TEXT    NOT NULL DEFAULT ''
            );
            CREATE TABLE IF NOT EXISTS category (id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, description TEXT NOT NULL, single INTEGER NOT NULL);
            CREATE TABLE IF NOT EXISTS tag (id TEXT NOT NULL UNIQUE, category TEXT NOT NULL, name TEXT NOT NULL, description TEXT NOT NULL);
            """);
        if (version == 1)
            Execute(connection, "ALTER TABLE machine ADD COLUMN tags TEXT NOT NULL DEFAULT ''");
        Execute(connection, $"PRAGMA application_id = {(isVCenter ? VCenterFile : EsxiFile)}");
        Execute(connection, $"PRAGMA user_version = {SchemaVersion}");
    }

    [SuppressMessage("Security", "CA2100", Justification = "Every text is a literal of this class, or a PRAGMA with a number of its own; what others say goes in as parameters.")]
    private static SqliteCommand NewCommand(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    private static object? Execute(SqliteConnection connection, string sql)
    {
        using var command = NewCommand(connection, sql);
        return command.ExecuteScalar();
    }

    private void Execute(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = NewCommand(_connection, sql);
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }

    private List<T> Read<T>(string sql, Func<SqliteDataReader, T> read)
    {
        using var command = NewCommand(_connection, sql);
        using var row = command.ExecuteReader();
        var rows = new List<T>();
        while (row.Read())
            rows.Add(read(row));
        return rows;
    }

    /// <summary>A folder: its id, the id of the one it is in, its name.</summary>
    public sealed record FolderRow(string Id, string Parent, string Name);

    /// <summary>A machine: what the API would be told to make it anew, and what it is not told.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Folder">The id of its folder.</param>
    /// <param name="Host">The name of its host.</param>
    /// <param name="IsTemplate">Whether it is a template.</param>
    /// <param name="Ports">Indexes of its serial ports, with blanks between.</param>
    /// <param name="Spec">The call of <c>CreateVM_Task</c> that makes it.</param>
    /// <param name="Tags">Ids of its tags, with blanks between.</param>
    public sealed record MachineRow(string Id, string Folder, string Host, bool IsTemplate, string Ports, byte[] Spec, string Tags);
}
