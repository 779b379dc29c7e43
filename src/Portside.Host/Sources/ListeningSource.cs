using System.Net;
using System.Threading.Channels;
using Portside.Lines;
using Portside.Lines.Listening;
using Portside.Lines.Uris;

namespace Portside.Host.Sources;

/// <summary>Lines that come to an address of ours.</summary>
/// <param name="uri">How they are talked to, and where they come.</param>
/// <param name="listeners">Who holds the addresses.</param>
/// <param name="holder">Who asks, for people.</param>
internal sealed class ListeningSource(NetworkUri uri, LineListeners listeners, string holder = "a bridge") : LineSource
{
    private LineListener? _listener;

    public override string Title => (_listener?.Uri ?? uri).ToShortString().Replace("://", "-listen:", StringComparison.Ordinal);

    public override bool Waits => true;

    public override IReadOnlyList<IPEndPoint> EndPoints => _listener?.EndPoints ?? [];

    /// <summary>Hears who was turned away, why, and how many were so far.</summary>
    public Action<EndPoint?, string, int>? OnTurnedAway { get; init; }

    public override void Listen()
    {
        if (_listener is not null)
            return;
        var listener = listeners.Open(uri, holder);
        if (OnTurnedAway is { } hear)
            listener.OnTurnedAway = (remote, reason) => hear(remote, reason, listener.TurnedAway);
        _listener = listener;
    }

    public override async Task<Line> OpenAsync(CancellationToken cancellation)
    {
        Listen();
        try
        {
            return await _listener!.AcceptAsync(cancellation).ConfigureAwait(false);
        }
        catch (ChannelClosedException e)
        {
            throw new IOException($"{Title} is closed.", e);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (_listener is not null)
            await _listener.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
