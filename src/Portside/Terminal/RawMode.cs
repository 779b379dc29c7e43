using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Portside.Terminal;

/// <summary>A terminal whose keys come at once and unchanged, until disposed, or until the process ends in any way it can notice.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class RawMode : IDisposable
{
    private readonly int _descriptor;
    private readonly byte[] _before = new byte[LibC.TermiosSize];
    private readonly byte[] _raw;
    private readonly PosixSignalRegistration _continued;
    private int _isDisposed;

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
        _continued = PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => Apply(_raw));
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        _continued.Dispose();
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        _ = LibC.SetAttributes(_descriptor, LibC.AfterDrain, _before);
    }

    private void OnExit(object? sender, EventArgs e) => Dispose();

    private void Apply(byte[] attributes)
    {
        if (Volatile.Read(ref _isDisposed) == 0)
            _ = LibC.SetAttributes(_descriptor, LibC.AfterDrain, attributes);
    }
}
