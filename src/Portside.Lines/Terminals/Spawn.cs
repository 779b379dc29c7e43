using System.Collections;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Portside.Lines.Terminals;

/// <summary>Starts programs in terminals of their own (<c>posix_spawn(3)</c>) and tells how they end.</summary>
[SupportedOSPlatform("linux")]
internal static partial class Spawn
{
    public const int HangUp = 1;
    public const int Kill = 9;

    private const short ResetSignals = 0x04;
    private const short SetSignalMask = 0x08;
    private const short NewSession = 0x80;
    private const int ReadWrite = 2;
    private const int NoHang = 1;
    private const int PidOpenCall = 434;
    private const int PidOpenNonBlocking = 0x800;

    /// <summary>Room for any of the library's structures; the largest, the attributes, takes 336 bytes.</summary>
    private const int StructureSize = 1024;

    /// <summary>Starts a program as the leader of a new session whose terminal this is.</summary>
    /// <param name="command">The program, searched for as a shell does, and its arguments.</param>
    /// <param name="terminal">The terminal's name.</param>
    /// <param name="variables">What is put into its environment besides this process's own.</param>
    /// <returns>Its process id.</returns>
    /// <exception cref="IOException">It cannot be started.</exception>
    public static int Start(IReadOnlyList<string> command, string terminal, IReadOnlyDictionary<string, string> variables)
    {
        var actions = new byte[StructureSize];
        var attributes = new byte[StructureSize];
        var signals = new byte[StructureSize];
        _ = InitActions(actions);
        _ = InitAttributes(attributes);
        try
        {
            // Opening it first makes it the session's terminal.
            _ = AddOpen(actions, 0, terminal, ReadWrite, 0);
            _ = AddDuplicate(actions, 0, 1);
            _ = AddDuplicate(actions, 0, 2);
            _ = SetFlags(attributes, ResetSignals | SetSignalMask | NewSession);
            _ = FillSignals(signals);
            _ = SetDefaults(attributes, signals);
            _ = EmptySignals(signals);
            _ = SetMask(attributes, signals);
            var error = StartProgram(out var id, command[0], actions, attributes, [.. command, null], Environment(variables));
            return error == 0 ? id : throw new IOException($"'{command[0]}' cannot be started: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
        finally
        {
            _ = DestroyActions(actions);
            _ = DestroyAttributes(attributes);
        }
    }

    /// <summary>A descriptor that becomes readable when a child has ended.</summary>
    /// <exception cref="IOException">The system is older than Linux 5.3.</exception>
    public static SafeFileHandle Watch(int id)
    {
        var descriptor = (int)Call(PidOpenCall, id, PidOpenNonBlocking);
        if (descriptor < 0)
            descriptor = (int)Call(PidOpenCall, id, 0);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new IOException($"A child's end cannot be waited for: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    /// <summary>Takes a child's exit code; it is gone for good then.</summary>
    /// <param name="id">The child.</param>
    /// <param name="code">Its exit code; 128 and the signal's number when a signal ended it.</param>
    /// <returns>False while it runs.</returns>
    public static bool TryReap(int id, out int code)
    {
        code = 0;
        var result = WaitFor(id, out var status, NoHang);
        if (result == 0)
            return false;
        if (result == id)
            code = (status & 0x7F) == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F);
        return true;
    }

    /// <summary>Sends a signal to all processes of a session's first group.</summary>
    public static void Signal(int id, int signal) => _ = SendSignal(-id, signal);

    private static string?[] Environment(IReadOnlyDictionary<string, string> variables)
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
            all[(string)variable.Key] = (string?)variable.Value ?? "";
        foreach (var (name, value) in variables)
            all[name] = value;
        return [.. all.Select(variable => $"{variable.Key}={variable.Value}"), null];
    }

    [LibraryImport("libc", EntryPoint = "posix_spawnp", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StartProgram(
        out int id, string file, ReadOnlySpan<byte> actions, ReadOnlySpan<byte> attributes, string?[] arguments, string?[] environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int InitActions(Span<byte> actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int DestroyActions(Span<byte> actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddOpen(Span<byte> actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDuplicate(Span<byte> actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int InitAttributes(Span<byte> attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int DestroyAttributes(Span<byte> attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SetFlags(Span<byte> attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int SetDefaults(Span<byte> attributes, ReadOnlySpan<byte> signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int SetMask(Span<byte> attributes, ReadOnlySpan<byte> signals);

    [LibraryImport("libc", EntryPoint = "sigfillset")]
    private static partial int FillSignals(Span<byte> signals);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    private static partial int EmptySignals(Span<byte> signals);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitFor(int id, out int status, int options);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int id, int signal);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, nint first, nint second);
}
