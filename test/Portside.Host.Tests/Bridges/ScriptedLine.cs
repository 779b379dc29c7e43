using System.Threading.Channels;
using Portside.Lines;
using Portside.Telnet.ComPort;
using Portside.Testing;

namespace Portside.Host.Tests.Bridges;

/// <summary>A line whose other end is a script; what is asked of it is noted, in order with the bytes.</summary>
internal sealed class ScriptedLine : Line
{
    private readonly StreamPair _pair = new();
    private readonly Channel<string> _asked = Channel.CreateUnbounded<string>();

    public ScriptedLine() => Device = new ScriptedPeer(_pair.Far);

    /// <summary>The other end.</summary>
    public ScriptedPeer Device { get; }

    /// <summary>What the line is set to; null for a kind that has no settings.</summary>
    public LineSettings? Settings { get; set; }

    /// <summary>How many times it was closed.</summary>
    public int Closed { get; private set; }

    public override string Title => "the line";

    /// <summary>What was asked of it next.</summary>
    public Task<string> AskedAsync() => _asked.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(120));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) => _pair.Near.ReadAsync(buffer, cancellation);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        _asked.Writer.TryWrite(System.Text.Encoding.Latin1.GetString(data.Span));
        await _pair.Near.WriteAsync(data, cancellation);
    }

    /// <summary>What a break takes; nothing by default.</summary>
    public Task BreakTime { get; set; } = Task.CompletedTask;

    public override async ValueTask<bool> BreakAsync(TimeSpan duration, CancellationToken cancellation)
    {
        _asked.Writer.TryWrite($"break {duration.TotalMilliseconds}");
        await BreakTime.WaitAsync(cancellation);
        return true;
    }

    public override ValueTask<LineSettings?> ApplyAsync(LineSettings settings, CancellationToken cancellation)
    {
        if (Settings is { } now && settings != default)
        {
            _asked.Writer.TryWrite($"settings {settings.BaudRate}");
            Settings = now.With(settings);
        }

        return new(Settings);
    }

    public override ValueTask<bool> SetSignalsAsync(bool? dtr, bool? rts, CancellationToken cancellation)
    {
        _asked.Writer.TryWrite($"dtr {dtr} rts {rts}");
        return new(true);
    }

    public override ValueTask DisposeAsync()
    {
        Closed++;
        _pair.Dispose();
        return ValueTask.CompletedTask;
    }
}
