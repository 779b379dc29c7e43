using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Portside.Telnet.ComPort;

namespace Portside.Lines.Terminals;

/// <summary>A pseudo terminal made for other programs to open, as if it were a serial port.</summary>
/// <remarks>
/// It lives on while programs open and close it. What is written while none has it open goes nowhere, as on a serial port
/// with nothing at its other end. Whether one has it open is told as its modem lines (CTS, DSR and DCD); the speed and
/// framing that it sets are told as settings. Both are looked at four times a second.
/// </remarks>
[SupportedOSPlatform("linux")]
public sealed class PtyLine : Line
{
    private const ComPortModemState OpenLines = ComPortModemState.Cts | ComPortModemState.Dsr | ComPortModemState.Dcd;

    private const ComPortModemState OpenChanges =
        ComPortModemState.CtsChanged | ComPortModemState.DsrChanged | ComPortModemState.DcdChanged;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    private readonly PseudoTerminal _terminal;
    private readonly string? _link;
    private readonly ITimer _looking;
    private readonly Lock _settingsLock = new();
    private bool? _toldOpen;
    private LineSettings _toldSettings;
    private int _disposed;

    private PtyLine(PseudoTerminal terminal, string? link, LineSettings settings, TimeProvider time)
    {
        _terminal = terminal;
        _link = link;
        _toldSettings = settings;
        Title = link ?? terminal.Name;
        _looking = time.CreateTimer(static line => ((PolledDescriptor)line!).Wake(), terminal.Descriptor, LookEvery, LookEvery);
    }

    /// <inheritdoc/>
    public override string Title { get; }

    /// <summary>The device that programs open, such as <c>/dev/pts/4</c>.</summary>
    public string Name => _terminal.Name;

    private bool IsOpen => (_terminal.Descriptor.Look() & Poller.HangUp) == 0;

    /// <summary>Makes a pseudo terminal.</summary>
    /// <param name="link">
    /// A stable name: a symbolic link that is made, or taken over if it is one already, and removed at the end; null for none.
    /// </param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <returns>The line; nobody has it open yet.</returns>
    /// <exception cref="IOException">The system has no more of them, or the link cannot be made.</exception>
    public static PtyLine Create(string? link = null, TimeProvider? time = null)
    {
        var terminal = new PseudoTerminal();
        try
        {
            // Bytes pass as they are until a program wants otherwise: with echo, keys would come back as output.
            var settings = LineSettings.Default;
            if (Termios.TryGet(terminal.Descriptor.Handle, out var termios))
            {
                termios.MakeRaw();
                termios.Set(settings);
                _ = termios.TrySet(terminal.Descriptor.Handle);
            }

            // Before the first program it would look as if one had it open.
            PolledDescriptor.Open(terminal.Name).Dispose();
            if (link is not null)
                MakeLink(link, terminal.Name);
            return new PtyLine(terminal, link, settings, time ?? TimeProvider.System);
        }
        catch
        {
            terminal.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        var descriptor = _terminal.Descriptor;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (descriptor.IsClosed)
                return 0;
            var state = descriptor.Look();
            var isOpen = (state & Poller.HangUp) == 0;
            Tell(isOpen);
            if (buffer.IsEmpty && (state & Poller.In) != 0)
                return 0;
            if (!buffer.IsEmpty)
            {
                var count = descriptor.TryRead(buffer.Span, out var error);
                if (count > 0)
                    return count;

                // EIO says that nobody has it open.
                if (count < 0 && error is not LibC.InputOutput && error != LibC.TryAgain)
                    throw new IOException($"{Title} broke: {Marshal.GetPInvokeErrorMessage(error)}.");
            }

            await descriptor.WaitForInputAsync(forInput: isOpen, cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        while (!data.IsEmpty && IsOpen)
        {
            var count = _terminal.Descriptor.TryWrite(data.Span, out var error);
            if (count > 0)
                data = data[count..];
            else if (count == 0 || error == LibC.TryAgain)
                await _terminal.Descriptor.WaitForRoomAsync(cancellation).ConfigureAwait(false);
            else
                return;
        }
    }

    /// <inheritdoc/>
    public override ValueTask<LineSettings?> ApplyAsync(LineSettings settings, CancellationToken cancellation)
    {
        lock (_settingsLock)
        {
            if (_terminal.Settings is not { } termios)
                return new((LineSettings?)null);
            var before = termios.Settings;
            termios.Set(settings);

            // Setting what is so already could undo what a program sets at this moment.
            if (termios.Settings != before)
                _ = termios.TrySet(_terminal.Descriptor.Handle);
            if (_terminal.Settings is { } now)
                _toldSettings = now.Settings;
            return new(_toldSettings);
        }
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return ValueTask.CompletedTask;
        _looking.Dispose();
        if (_link is not null)
            RemoveLink(_link, _terminal.Name);
        _terminal.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void MakeLink(string link, string target)
    {
        try
        {
            var there = new FileInfo(link);
            if (there.LinkTarget is null && (there.Exists || Directory.Exists(link)))
                throw new IOException($"{link} is there already and is no symbolic link.");
            if (there.LinkTarget is { } leads && !LeadsToTerminal(leads))
                throw new IOException($"{link} is there already and leads to {leads}, which is no pseudo terminal: remove it first.");
            var temporary = $"{link}.{Environment.ProcessId}";
            if (new FileInfo(temporary).LinkTarget is { } left && LeadsToTerminal(left))
                File.Delete(temporary);
            File.CreateSymbolicLink(temporary, target);

            // In one step: nobody finds it missing.
            File.Move(temporary, link, overwrite: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{link} cannot be made: {e.Message}", e);
        }
    }

    /// <summary>Whether a link is one that a line made, and maybe left behind.</summary>
    private static bool LeadsToTerminal(string target) => target.StartsWith("/dev/pts/", StringComparison.Ordinal);

    private static void RemoveLink(string link, string target)
    {
        try
        {
            if (new FileInfo(link).LinkTarget == target)
                File.Delete(link);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It stays behind and leads nowhere; the next line takes it over.
        }
    }

    private void Tell(bool isOpen)
    {
        if (Observer is null)
            return;
        if (isOpen != _toldOpen)
        {
            _toldOpen = isOpen;
            Observer.OnModemState((isOpen ? OpenLines : ComPortModemState.None) | OpenChanges);
        }

        LineSettings now;
        lock (_settingsLock)
        {
            if (_terminal.Settings is not { } termios || termios.Settings == _toldSettings)
                return;
            now = _toldSettings = termios.Settings;
        }

        Observer.OnSettings(now);
    }
}
