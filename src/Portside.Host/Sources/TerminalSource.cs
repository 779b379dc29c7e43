using System.Runtime.Versioning;
using Portside.Lines;

namespace Portside.Host.Sources;

/// <summary>A line of this machine's terminals, opened on the spot.</summary>
/// <param name="title">What it is, for people.</param>
/// <param name="open">Opens it.</param>
[SupportedOSPlatform("linux")]
internal sealed class TerminalSource(string title, Func<Line> open) : LineSource
{
    public override string Title => title;

    public override Task<Line> OpenAsync(CancellationToken cancellation) => Task.Run(open, cancellation);
}
