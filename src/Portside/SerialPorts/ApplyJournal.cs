using System.Text.Json;
using Portside.Commands;
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
    private readonly FileStream _hold;
    private readonly StreamWriter _writer;

    private ApplyJournal(string path, TimeProvider clock, FileStream hold, IReadOnlyList<JournalEntry> before, FileMode mode)
    {
        _path = path;
        _clock = clock;
        _hold = hold;
        Before = before;
        _writer = new StreamWriter(new FileStream(path, mode, FileAccess.Write, FileShare.Read)) { AutoFlush = true, NewLine = "\n" };
    }

    /// <summary>What the run before this one wrote; empty if it ended well, or there was none.</summary>
    public IReadOnlyList<JournalEntry> Before { get; }

    /// <summary>Opens a journal for a run.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="name">Name of what is applied.</param>
    /// <param name="hash">Its hash: what another content has begun says nothing about this one.</param>
    /// <param name="clock">For the entries' times.</param>
    /// <returns>The journal.</returns>
    /// <exception cref="CommandFailure">Another run is at work with it.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static ApplyJournal Open(string path, string name, string hash, TimeProvider clock)
    {
        var hold = Hold(path);
        try
        {
            var before = Read(path);
            var isSame = before.LastOrDefault(entry => entry.Event == "plan")?.Detail == hash;
            var journal = new ApplyJournal(path, clock, hold, isSame ? before : [], isSame ? FileMode.Append : FileMode.Create);
            journal.Write("plan", "", name, hash);
            return journal;
        }
        catch
        {
            hold.Dispose();
            throw;
        }
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
    public bool IsUnderWay => UnderWay > 0;

    /// <summary>How many changes were begun of which nobody has said how they ended.</summary>
    public int UnderWay
    {
        get
        {
            lock (_lock)
                return _underWay.Count;
        }
    }

    /// <summary>The run has done all: nothing is to be gone on with.</summary>
    public void Complete()
    {
        _writer.Dispose();
        File.Delete(_path);
        _hold.Dispose();
    }

    public void Dispose()
    {
        _writer.Dispose();
        _hold.Dispose();
    }

    // The journal itself stays open to whoever wants to read it, so what one run at a time has is a file beside it. Its lock goes with
    // the process, however that ends; the file is taken away with the lock still held, and one that was left behind hinders nobody.
    private static FileStream Hold(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (IsHeld(e))
        {
            throw new CommandFailure(
                ExitCode.Failed, $"another 'port apply' is at work with {path}", "wait until it has ended, or end it; what it leaves undone the next run does");
        }
    }

    // The numbers of the systems, as nothing else tells it from other failures: EWOULDBLOCK of Linux and of macOS, and Windows' sharing violation.
    private static bool IsHeld(IOException e) => (e.HResult & 0xffff) == (OperatingSystem.IsWindows() ? 32 : OperatingSystem.IsMacOS() ? 35 : 11);

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
