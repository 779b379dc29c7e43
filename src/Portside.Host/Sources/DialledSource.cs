using Portside.Lines;
using Portside.Lines.Dialling;
using Portside.Lines.Uris;

namespace Portside.Host.Sources;

/// <summary>A line that is dialled: an address in the network, or a socket in the file system.</summary>
/// <param name="uri">What is dialled.</param>
/// <param name="dialer">Who dials.</param>
/// <param name="block">Why nobody can, asked each time; null for never.</param>
internal sealed class DialledSource(LineUri uri, LineDialer dialer, Func<string?>? block = null) : LineSource
{
    public override string Title => uri is NetworkUri network ? network.ToShortString() : uri.ToString();

    public override Task<Line> OpenAsync(CancellationToken cancellation) => block?.Invoke() is { } reason
        ? Task.FromException<Line>(new IOException($"{Title} cannot be reached: {reason}"))
        : dialer.DialAsync(uri, cancellation);
}
