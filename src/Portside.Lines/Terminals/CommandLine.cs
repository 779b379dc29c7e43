using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Portside.Lines.Terminals;

/// <summary>A program in a terminal of its own: what it writes is what the line says.</summary>
/// <remarks>The line ends when the program and all that use its terminal have ended; closing the line hangs up on it.</remarks>
[SupportedOSPlatform("linux")]
public sealed class CommandLine : Line
{
    /// <summary>How long a program may take to end after it was hung up on, and again after it was killed.</summary>
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(5);

    private readonly PseudoTerminal _terminal;
    private readonly PolledDescriptor _process;
    private readonly int _id;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closed = new();
    private int _disposed;

    private CommandLine(string title, PseudoTerminal terminal, int id, PolledDescriptor process, TimeProvider time)
    {
        Title = title;
        _terminal = terminal;
        _id = id;
        _process = process;
        _time = time;
        Exited = WaitForExitAsync();
    }

    /// <inheritdoc/>
    public override string Title { get; }

    /// <summary>Completes with the program's exit code; 128 and the signal's number when a signal ended it.</summary>
    public Task<int> Exited { get; }

    /// <summary>Starts a program.</summary>
    /// <param name="command">The program, searched for as a shell does, and its arguments.</param>
    /// <param name="columns">Width of its window, 1 to 65,535.</param>
    /// <param name="rows">Height of its window, 1 to 65,535.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <returns>The line.</returns>
    /// <exception cref="IOException">It cannot be started.</exception>
    public static CommandLine Start(IReadOnlyList<string> command, int columns = 80, int rows = 24, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentOutOfRangeException.ThrowIfZero(command.Count, nameof(command));
        var terminal = new PseudoTerminal();
        try
        {
            terminal.SetSize(columns, rows);

            // What a program finds on a serial line, unless the caller says otherwise.
            var variables = new Dictionary<string, string>();
            if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("TERM")))
                variables["TERM"] = "vt220";
            var id = Spawn.Start(command, terminal.Name, variables);
            return new CommandLine(string.Join(' ', command), terminal, id, new PolledDescriptor(Spawn.Watch(id)), time ?? TimeProvider.System);
        }
        catch
        {
            terminal.Dispose();
            throw;
        }
    }

    /// <summary>Tells the program that its window has another size.</summary>
    /// <param name="columns">Width, 1 to 65,535.</param>
    /// <param name="rows">Height, 1 to 65,535.</param>
    public void Resize(int columns, int rows) => _terminal.SetSize(columns, rows);

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        var descriptor = _terminal.Descriptor;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (buffer.IsEmpty)
            {
                if (descriptor.Look() != 0)
                    return 0;
            }
            else
            {
                var count = descriptor.TryRead(buffer.Span, out var error);
                if (count >= 0)
                    return count;

                // EIO says that nobody uses the terminal any more.
                if (error == LibC.InputOutput)
                    return 0;
                if (error != LibC.TryAgain)
                    throw new IOException($"'{Title}' broke: {Marshal.GetPInvokeErrorMessage(error)}.");
            }

            await descriptor.WaitForInputAsync(forInput: true, cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        if (await _terminal.Descriptor.WriteAsync(data, cancellation).ConfigureAwait(false) != 0)
            throw new IOException($"'{Title}' has ended.");
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _terminal.Dispose();
        if (!await EndsAsync().ConfigureAwait(false))
        {
            Spawn.Signal(_id, Spawn.Kill);
            await EndsAsync().ConfigureAwait(false);
        }

        await _closed.CancelAsync().ConfigureAwait(false);
        _process.Dispose();
    }

    private async Task<bool> EndsAsync()
    {
        using var limit = new CancellationTokenSource(EndWithin, _time);
        try
        {
            await Exited.WaitAsync(limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<int> WaitForExitAsync()
    {
        await Task.Yield();
        while (true)
        {
            if (Spawn.TryReap(_id, out var code))
                return code;
            await _process.WaitForInputAsync(forInput: true, _closed.Token).ConfigureAwait(false);
        }
    }
}
