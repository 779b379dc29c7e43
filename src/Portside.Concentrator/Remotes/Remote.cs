using Portside.Concentrator.Ports;
using Portside.Lines.Uris;

namespace Portside.Concentrator.Remotes;

/// <summary>What a port's service URI has the concentrator do for it, from the machine's claim to another, or to the port's end.</summary>
internal abstract class Remote : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private RemoteStatus _status;

    protected Remote(Port port, SerialUri uri, TimeProvider time)
    {
        (Port, Uri, _time) = (port, uri, time);
        _status = new(uri.ToShortString(), RemoteState.Idle, null, null, time.GetUtcNow(), 0);
    }

    public Port Port { get; }

    /// <summary>What was asked for; a machine that asks for the same again keeps what it has.</summary>
    public SerialUri Uri { get; }

    public RemoteStatus Status
    {
        get
        {
            lock (_lock)
                return _status;
        }
    }

    /// <summary>Bytes that went from the machine to its remote systems, and the other way.</summary>
    public virtual (long ToRemote, long ToMachine) Bytes => default;

    /// <summary>The port's machine came or went; looks which. A machine that came has not said its first byte yet.</summary>
    public abstract void PortChanged();

    public abstract ValueTask DisposeAsync();

    protected void Say(RemoteState state, string? address = null, string? detail = null, bool isNew = false)
    {
        lock (_lock)
        {
            _status = _status with
            {
                State = state,
                Address = address,
                Detail = detail,
                Since = _time.GetUtcNow(),
                Connections = _status.Connections + (isNew ? 1 : 0),
            };
        }
    }
}
