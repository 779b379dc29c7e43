using System.Threading.Channels;
using Portside.Lines;
using Portside.Telnet.ComPort;

namespace Portside.Host.Tests.Ports;

/// <summary>Notes what is heard of a line, in order.</summary>
internal sealed class LineRecorder : ILineObserver
{
    private readonly Channel<string> _heard = Channel.CreateUnbounded<string>();

    public bool IsEmpty => !_heard.Reader.TryPeek(out _);

    public Task<string> NextAsync() => _heard.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(120));

    public void OnBreak() => _heard.Writer.TryWrite("break");

    public void OnModemState(ComPortModemState state) => _heard.Writer.TryWrite($"modem {(byte)state:X2}");

    public void OnLineState(ComPortLineState state) => _heard.Writer.TryWrite($"line {(byte)state:X2}");

    public void OnSettings(LineSettings settings) => _heard.Writer.TryWrite(
        $"settings {settings.BaudRate} {settings.DataSize} {settings.Parity} {settings.StopSize} {settings.Flow}");
}
