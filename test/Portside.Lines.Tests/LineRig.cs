using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Portside.Lines.Dialling;
using Portside.Lines.Listening;
using Portside.Lines.Tls;
using Portside.Lines.Uris;
using Portside.Telnet.ComPort;

namespace Portside.Lines.Tests;

/// <summary>Dials and listens on this machine.</summary>
internal static class LineRig
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static LineListeners Listeners(X509Certificate2? certificate = null, ListenPolicy? policy = null, X509Certificate2Collection? roots = null) =>
        new(new LineListenerOptions
        {
            Policy = policy ?? ListenPolicy.Everywhere,
            Certificate = certificate is null ? null : () => SslStreamCertificateContext.Create(certificate, null, offline: true),
            Tls = new TlsSettings { TrustedRoots = roots },
        });

    public static LineDialer Dialer(DialPolicy? policy = null, X509Certificate2Collection? roots = null, Func<string, Task<IPAddress[]>>? resolve = null) =>
        new(new LineDialerOptions
        {
            Policy = policy ?? DialPolicy.Everything,
            Tls = new TlsSettings { TrustedRoots = roots },
            Resolve = resolve is null ? null : (name, _) => resolve(name),
        });

    public static async Task<string> ReadTextAsync(Line line, int length) =>
        System.Text.Encoding.Latin1.GetString(await ReadBytesAsync(line, length));

    public static async Task<byte[]> ReadBytesAsync(Line line, int length)
    {
        using var patience = new CancellationTokenSource(Patience);
        var bytes = new byte[length];
        for (var at = 0; at < length;)
        {
            var count = await line.ReadAsync(bytes.AsMemory(at), patience.Token);
            Assert.NotEqual(0, count);
            at += count;
        }

        return bytes;
    }

    public static async Task<Line> AcceptAsync(LineListener listener)
    {
        using var patience = new CancellationTokenSource(Patience);
        return await listener.AcceptAsync(patience.Token);
    }

    public static Task<Line> DialAsync(LineListener listener, string scheme, string parameters = "", LineDialer? dialer = null) =>
        (dialer ?? Dialer()).DialAsync(NetworkUri.Parse($"{scheme}://127.0.0.1:{listener.Uri.Port}{parameters}"), CancellationToken.None).WaitAsync(Patience);
}

/// <summary>Writes down what a line says besides data.</summary>
internal sealed class LineRecorder : ILineObserver
{
    private readonly List<string> _events = [];

    public IReadOnlyList<string> Events => _events;

    public void OnBreak() => _events.Add("break");

    public void OnModemState(ComPortModemState state) => _events.Add($"modem {state}");

    public void OnLineState(ComPortLineState state) => _events.Add($"line {state}");

    public void OnSettings(LineSettings settings) => _events.Add($"{settings.BaudRate} {settings.DataSize} {settings.Parity} {settings.StopSize}");
}
