using System.Collections.Concurrent;
using Portside.Telnet.ComPort;

namespace Portside.Lines.Tests.Terminals;

/// <summary>Keeps what a line tells besides data, in order.</summary>
internal sealed class TerminalRecorder : ILineObserver
{
    private readonly BlockingCollection<object> _events = [];

    public void OnBreak() => _events.Add("break");

    public void OnModemState(ComPortModemState state) => _events.Add(state);

    public void OnLineState(ComPortLineState state) => _events.Add(state);

    public void OnSettings(LineSettings settings) => _events.Add(settings);

    /// <summary>Waits for the next one.</summary>
    public Task<object> NextAsync() => Task.Run(() =>
        _events.TryTake(out var next, Waits.Limit) ? next : throw new TimeoutException("The line told nothing more."));
}
