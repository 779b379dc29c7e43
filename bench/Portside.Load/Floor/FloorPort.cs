using System.IO.Pipelines;

namespace Portside.Load.Floor;

/// <summary>A machine and its clients, joined. Changed under its lock; the relay reads the array as it is.</summary>
internal sealed class FloorPort
{
    private readonly Lock _changes = new();
    private volatile PipeWriter[] _clients = [];
    private volatile PipeWriter? _machine;

    public PipeWriter[] Clients => _clients;

    /// <summary>Where clients' bytes go. One client types at a time: the floor does not order several.</summary>
    public PipeWriter? Machine
    {
        get => _machine;
        set => _machine = value;
    }

    public void Add(PipeWriter client)
    {
        lock (_changes)
            _clients = [.. _clients, client];
    }

    public void Remove(PipeWriter client)
    {
        lock (_changes)
            _clients = [.. _clients.Where(other => other != client)];
    }
}
