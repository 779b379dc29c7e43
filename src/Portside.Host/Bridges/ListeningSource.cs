using System.Threading.Channels;
using Portside.Lines;
using Portside.Lines.Listening;
using Portside.Lines.Uris;

namespace Portside.Host.Bridges;

/// <summary>Lines that come to an address of ours.</summary>
/// <param name="uri">How they are talked to, and where they come.</param>
/// <param name="listeners">Who holds the addresses.</param>
internal sealed class ListeningSource(NetworkUri uri, LineListeners listeners) : LineSource
{
    private LineListener? _listener;

    public override string Title => (_listener?.Uri ?? uri).ToShortString().Replace("://", "-listen:", StringComparison.Ordinal);

    public override bool Waits => true;

    public override async Task<Line> OpenAsync(CancellationToken cancellation)
    {
        _listener ??= listeners.Open(uri, "a bridge");
        try
        {
            return await _listener.AcceptAsync(cancellation).ConfigureAwait(false);
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
