using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Portside.Lines.Terminals;

namespace Portside.Terminal;

/// <summary>A terminal whose keys come at once and unchanged, until disposed, or until the process ends in any way it can notice.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class RawMode : IDisposable
{
    private readonly int _descriptor;
    private readonly byte[] _before = new byte[LibC.TermiosSize];
    private readonly byte[] _raw;
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _isRestored;

    /// <summary>Makes the terminal raw.</summary>
    /// <param name="descriptor">A terminal.</param>
    /// <exception cref="IOException">It is none, or is gone.</exception>
    public RawMode(int descriptor)
    {
        _descriptor = descriptor;
        if (LibC.GetAttributes(descriptor, _before) != 0)
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        _raw = [.. _before];
        LibC.MakeRaw(_raw);
        if (LibC.SetAttributes(descriptor, LibC.AfterDrain, _raw) != 0)
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());

        AppDomain.CurrentDomain.ProcessExit += OnExit;
        // A shell that stopped the process from outside set the terminal as it likes it.
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => Apply(_raw)));
        // Whatever these do to the process, the person gets the terminal back as it was.
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGHUP, PosixSignal.SIGQUIT, PosixSignal.SIGTERM, PosixSignal.SIGINT])
            _signals.Add(PosixSignalRegistration.Create(signal, _ => Restore()));
    }

    public void Dispose()
    {
        Restore();
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        foreach (var signal in _signals)
            signal.Dispose();
    }

    private void OnExit(object? sender, EventArgs e) => Restore();

    private void Restore()
    {
        if (Interlocked.Exchange(ref _isRestored, 1) == 0)
            _ = LibC.SetAttributes(_descriptor, LibC.AfterDrain, _before);
    }

    private void Apply(byte[] attributes)
    {
        if (Volatile.Read(ref _isRestored) == 0)
            _ = LibC.SetAttributes(_descriptor, LibC.AfterDrain, attributes);
    }
}
