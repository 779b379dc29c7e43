using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Portside.Lines.Terminals;

/// <summary>One thread that waits for all terminals of the process (<c>epoll(7)</c>), as the runtime has one for all sockets.</summary>
[SupportedOSPlatform("linux")]
internal sealed partial class Poller
{
    public const uint In = 0x1;
    public const uint Out = 0x4;
    public const uint Error = 0x8;
    public const uint HangUp = 0x10;

    private const uint OneShot = 1u << 30;
    private const int Add = 1;
    private const int Delete = 2;
    private const int Modify = 3;
    private const int CloseOnExec = 0x80000;
    private const int EventsAtOnce = 64;

    /// <summary>The structure is packed on x86 and has a gap elsewhere.</summary>
    private static readonly bool IsPacked = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86;

    private static readonly Lazy<Poller> Instance = new(() => new Poller());

    private readonly ConcurrentDictionary<long, PolledDescriptor> _known = new();
    private readonly int _epoll;
    private long _last;

    private Poller()
    {
        _epoll = Create(CloseOnExec);
        if (_epoll < 0)
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        new Thread(Run) { IsBackground = true, Name = "portside lines" }.Start();
    }

    /// <summary>The one there is; its thread starts with the first line that needs it.</summary>
    public static Poller Shared => Instance.Value;

    private static int EventSize => IsPacked ? 12 : 16;

    private static int KeyOffset => IsPacked ? 4 : 8;

    /// <summary>Takes a descriptor in. It is not waited for yet.</summary>
    /// <returns>By what it is known here.</returns>
    public long Register(PolledDescriptor descriptor, SafeFileHandle handle)
    {
        var key = Interlocked.Increment(ref _last);
        _known[key] = descriptor;
        if (Change(Add, handle, OneShot, key) == 0)
            return key;
        var error = Marshal.GetLastPInvokeErrorMessage();
        _known.TryRemove(key, out _);
        throw new IOException($"It cannot be waited for: {error}");
    }

    /// <summary>Waits once for <paramref name="events"/>; error and hang-up are always among them.</summary>
    public void Arm(SafeFileHandle handle, long key, uint events) => _ = Change(Modify, handle, events | OneShot, key);

    /// <summary>Forgets a descriptor that is about to be closed.</summary>
    public void Forget(SafeFileHandle handle, long key)
    {
        _known.TryRemove(key, out _);
        _ = Change(Delete, handle, 0, key);
    }

    private int Change(int operation, SafeFileHandle handle, uint events, long key)
    {
        Span<byte> entry = stackalloc byte[16];
        MemoryMarshal.Write(entry, events);
        MemoryMarshal.Write(entry[KeyOffset..], key);
        return Control(_epoll, operation, handle, entry);
    }

    private void Run()
    {
        var entries = new byte[EventsAtOnce * EventSize];
        while (true)
        {
            var count = Wait(_epoll, entries, EventsAtOnce, -1);
            for (var i = 0; i < count; i++)
            {
                var entry = entries.AsSpan(i * EventSize, EventSize);
                if (_known.TryGetValue(MemoryMarshal.Read<long>(entry[KeyOffset..]), out var descriptor))
                    descriptor.OnReady(MemoryMarshal.Read<uint>(entry));
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int epoll, int operation, SafeFileHandle descriptor, Span<byte> entry);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Wait(int epoll, Span<byte> entries, int count, int milliseconds);
}
