using System.Text.Json;
using Portside.Files;

namespace Portside.SerialPorts;

/// <summary>What a run of <c>port apply</c> has begun and done, line by line in a file, so that the next run can go on after a kill.</summary>
internal sealed class ApplyJournal : IDisposable
{
    private const int Longest = 64 * 1024 * 1024;
    private const string Beginning = "{\"at\":";

    private readonly string _path;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _underWay = new(StringComparer.Ordinal);
    private readonly StreamWriter _writer;

    private ApplyJournal(string path, TimeProvider clock, IReadOnlyList<JournalEntry> before)
    {
        _path = path;
        _clock = clock;
        Before = before;
        _writer = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read)) { AutoFlush = true, NewLine = "\n" };
    }

    /// <summary>What the run before this one wrote; empty if it ended well, or there was none.</summary>
    public IReadOnlyList<JournalEntry> Before { get; }

    /// <summary>Opens a journal for a run.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="name">Name of what is applied.</param>
    /// <param name="hash">Its hash: what another content has begun says nothing about this one.</param>
    /// <param name="clock">For the entries' times.</param>
    /// <returns>The journal.</returns>
    /// <exception cref="IOException">It cannot be written; another run may hold it.</exception>
    public static ApplyJournal Open(string path, string name, string hash, TimeProvider clock)
    {
        var before = Read(path);
        var isSame = before.LastOrDefault(entry => entry.Event == "plan")?.Detail == hash;
        var journal = new ApplyJournal(path, clock, isSame ? before : []);
        if (!isSame)
            journal._writer.BaseStream.SetLength(0);
        journal.Write("plan", "", name, hash);
        return journal;
    }

    /// <summary>Adds an entry; it is in the file when this returns.</summary>
    public void Write(string what, string moid, string machine, string? detail = null)
    {
        lock (_lock)
        {
            if (what == "task")
                _underWay.Add(moid);
            else
                _underWay.Remove(moid);
            _writer.WriteLine(JsonSerializer.Serialize(new JournalEntry(_clock.GetUtcNow(), what, moid, machine, detail), SerialPortJson.Default.JournalEntry));
        }
    }

    /// <summary>Whether a change was begun of which nobody has said how it ended.</summary>
    public bool IsUnderWay
    {
        get
        {
            lock (_lock)
                return _underWay.Count > 0;
        }
    }

    /// <summary>The run has done all: nothing is to be gone on with.</summary>
    public void Complete()
    {
        _writer.Dispose();
        File.Delete(_path);
    }

    public void Dispose() => _writer.Dispose();

    private static List<JournalEntry> Read(string path)
    {
        // What is written here, or removed at the end, is to be what was named, and a journal.
        if (new FileInfo(path).LinkTarget is not null)
            throw new IOException("it is a link");
        var entries = new List<JournalEntry>();
        if (!File.Exists(path))
            return entries;
        var lines = RegularFile.ReadAllText(path, Longest).Split('\n');
        if (ReadLine(lines[0]) is not { Event: "plan" } && lines is not [""] && !(lines is [var torn] && torn.StartsWith(Beginning, StringComparison.Ordinal)))
            throw new IOException("it is there, and is no journal");

        // One of them may be the line at which the run was killed.
        entries.AddRange(lines.Select(ReadLine).OfType<JournalEntry>());
        return entries;
    }

    private static JournalEntry? ReadLine(string line)
    {
        try
        {
            return line.Length == 0 ? null : JsonSerializer.Deserialize(line, SerialPortJson.Default.JournalEntry) is { Event: not null, Moid: not null } entry ? entry : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
