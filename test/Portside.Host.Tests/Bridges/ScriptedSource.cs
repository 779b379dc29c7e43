using System.Threading.Channels;
using Portside.Host.Sources;
using Portside.Lines;
using Portside.Telnet.ComPort;

namespace Portside.Host.Tests.Bridges;

/// <summary>A source that opens what a test gives it.</summary>
internal sealed class ScriptedSource : LineSource
{
    private readonly Channel<Func<Line>> _lines = Channel.CreateUnbounded<Func<Line>>();

    public int Attempts { get; private set; }

    public override string Title => "a script";

    /// <summary>The next attempt opens a line.</summary>
    public ScriptedLine Give(LineSettings? settings = null)
    {
        var line = new ScriptedLine { Settings = settings };
        _lines.Writer.TryWrite(() => line);
        return line;
    }

    /// <summary>The next attempt fails.</summary>
    public void Fail(string reason) => _lines.Writer.TryWrite(() => throw new IOException(reason));

    public override async Task<Line> OpenAsync(CancellationToken cancellation)
    {
        Attempts++;
        return (await _lines.Reader.ReadAsync(cancellation))();
    }
}
