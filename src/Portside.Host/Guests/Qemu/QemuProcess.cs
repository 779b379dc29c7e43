using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Portside.Lines.Terminals;

namespace Portside.Host.Guests.Qemu;

/// <summary>A running QEMU, its console and its control connection, in a directory of their own.</summary>
[SupportedOSPlatform("linux")]
internal sealed class QemuProcess : IAsyncDisposable
{
    /// <summary>How often is looked whether a QEMU that was just started listens.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs a program that ends when standard input does: with the process that started it, however that ends.</summary>
    private const string Tied = """
        exec 3<&0
        "$@" </dev/null 3<&- &
        program=$!
        { read -r _ <&3; kill -9 $program; } 2>/dev/null &
        watch=$!
        wait $program
        code=$?
        kill $watch 2>/dev/null
        exit $code
        """;

    private readonly string _directory;
    private readonly Process _process;
    private readonly Queue<string> _complaints = new();
    private QmpConnection? _control;

    private QemuProcess(string directory, FifoPair console, Process process)
    {
        _directory = directory;
        Console = console;
        _process = process;
        _process.ErrorDataReceived += OnError;
        _process.BeginErrorReadLine();
        Exited = WaitForExitAsync();
    }

    /// <summary>Its first serial port.</summary>
    public FifoPair Console { get; }

    /// <summary>Commands and events.</summary>
    public QmpConnection Control => _control!;

    /// <summary>Completes when it has ended, with what it complained about.</summary>
    public Task<string> Exited { get; }

    /// <summary>Where it waits for another one's state.</summary>
    public string StateSocket => Path.Combine(_directory, "state");

    /// <summary>Starts QEMU.</summary>
    /// <exception cref="IOException">It cannot be started, or ends at once.</exception>
    public static async Task<QemuProcess> StartAsync(QemuOptions options, bool incoming, TimeProvider time, CancellationToken cancellation)
    {
        var directory = Directory.CreateTempSubdirectory("portside-qemu-").FullName;
        FifoPair? console = null;
        QemuProcess? qemu = null;
        try
        {
            console = new FifoPair(Path.Combine(directory, "console"));
            var start = new ProcessStartInfo("/bin/sh", ["-c", Tied, "sh", options.Program, .. options.Arguments(directory, incoming)])
            {
                RedirectStandardError = true,
                RedirectStandardInput = true,
            };
            var process = Process.Start(start) ?? throw new IOException($"{options.Program} did not start.");
            qemu = new QemuProcess(directory, console, process);
            await qemu.ConnectAsync(time, cancellation).ConfigureAwait(false);
            return qemu;
        }
        catch (Exception e)
        {
            if (qemu is not null)
                await qemu.DisposeAsync().ConfigureAwait(false);
            else
                Remove(directory, console);
            if (e is Win32Exception)
                throw new IOException($"{options.Program} cannot be started: {e.Message}", e);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await Exited.ConfigureAwait(false);
        if (_control is not null)
            await _control.DisposeAsync().ConfigureAwait(false);
        _process.Dispose();
        Remove(_directory, Console);
    }

    private static void Remove(string directory, FifoPair? console)
    {
        console?.Dispose();
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (IOException)
        {
            // Somebody looks at it; it is in the directory for temporary files.
        }
    }

    private async Task ConnectAsync(TimeProvider time, CancellationToken cancellation)
    {
        while (true)
        {
            if (Exited.IsCompleted)
                throw new IOException($"QEMU ended at once: {await Exited.ConfigureAwait(false)}");
            try
            {
                _control = await QmpConnection.ConnectAsync(Path.Combine(_directory, "control"), cancellation).ConfigureAwait(false);
                return;
            }
            catch (SocketException)
            {
                // It does not listen yet.
                await Task.WhenAny(Exited, Task.Delay(Look, time, cancellation)).ConfigureAwait(false);
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task<string> WaitForExitAsync()
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        Console.End();
        lock (_complaints)
            return _complaints.Count == 0 ? "without a word." : string.Join(' ', _complaints);
    }

    private void OnError(object sender, DataReceivedEventArgs e)
    {
        if (e.Data is not { Length: > 0 } text)
            return;
        lock (_complaints)
        {
            _complaints.Enqueue(text);
            if (_complaints.Count > 10)
                _complaints.Dequeue();
        }
    }
}
