using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Portside.Host.Sources;
using Portside.Lines;
using Portside.Lines.Dialling;
using Portside.Lines.Listening;
using Portside.Telnet.ComPort;

namespace Portside.Host.Ports;

/// <summary>A network serial port without a proxy: it dials the service URI, or listens there for one remote system at a time.</summary>
/// <remarks>
/// Lives as long as its machine; remote systems come and go, and the guest keeps running without one. One reader and one
/// writer at a time. It has nobody who would hold its bytes during a vMotion, so a machine whose direct port is open does
/// not move.
/// </remarks>
public sealed class DirectSerialPort : ISerialLine, IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly LinePort _port;
    private DirectSerialPortOptions _options;

    /// <summary>A port that is closed.</summary>
    /// <param name="options">What is configured.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="logger">Where its story goes; null for nowhere.</param>
    /// <param name="chance">Source of the reconnect policy's jitter; null for a shared one.</param>
    public DirectSerialPort(
        DirectSerialPortOptions options, TimeProvider? time = null, ILogger<DirectSerialPort>? logger = null, Random? chance = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _time = time ?? TimeProvider.System;
        _port = new LinePort(OfLine(options), NewSource, _time, logger ?? NullLogger<DirectSerialPort>.Instance, chance);
    }

    /// <summary>What is configured; changes hold from the next <see cref="Connect"/> on.</summary>
    public DirectSerialPortOptions Options
    {
        get => _options;
        internal set
        {
            _options = value;
            _port.Options = OfLine(value);
        }
    }

    /// <summary>
    /// Who hears what the remote system says besides data; set it before connecting. A break is told by the reader's
    /// thread, in its place among the data; the rest by the connection's thread.
    /// </summary>
    public ILineObserver? Observer
    {
        get => _port.Observer;
        set => _port.Observer = value;
    }

    /// <summary>Where the port stands now.</summary>
    public DirectSerialPortSnapshot Snapshot => _port.Snapshot;

    /// <summary>Whether the port is open: dialling, listening or connected. vSphere calls the device connected then, and does not move its machine.</summary>
    public bool IsOpen => _port.IsOpen;

    /// <inheritdoc/>
    public bool IsConnected => _port.IsConnected;

    /// <summary>The port itself, whatever its lines come from.</summary>
    internal LinePort Port => _port;

    /// <summary>Dials or listens from now on. A port that is open closes first, as vSphere's connect action does.</summary>
    /// <exception cref="ObjectDisposedException">The port is disposed.</exception>
    public void Connect() => _port.Connect();

    /// <summary>Closes the connection, stops listening, and stays closed until <see cref="Connect"/>.</summary>
    /// <returns>Completes when it is closed.</returns>
    public Task DisconnectAsync() => _port.DisconnectAsync();

    /// <inheritdoc/>
    /// <remarks>A remote system that knows RFC 2217 is told, now and when it connects.</remarks>
    public void SetLine(LineSettings settings) => _port.SetLine(settings);

    /// <summary>Sends a break to the remote system.</summary>
    /// <param name="duration">How long, where that can be told; 250 ms is usual.</param>
    /// <param name="cancellation">Ends the wait, and the break.</param>
    /// <returns>False without a remote system, or when its scheme has no break.</returns>
    public ValueTask<bool> BreakAsync(TimeSpan duration, CancellationToken cancellation) => _port.BreakAsync(duration, cancellation);

    /// <summary>Waits for a state.</summary>
    /// <param name="wanted">Whether a snapshot is the one waited for.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The first snapshot that is, the present one included.</returns>
    public Task<DirectSerialPortSnapshot> WaitForAsync(
        Func<DirectSerialPortSnapshot, bool> wanted, CancellationToken cancellation = default) => _port.WaitForAsync(wanted, cancellation);

    /// <inheritdoc/>
    public Task WaitForConnectionAsync(CancellationToken cancellation) => _port.WaitForConnectionAsync(cancellation);

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) => _port.ReadAsync(buffer, cancellation);

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation) => _port.WriteAsync(data, cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _port.DisposeAsync();

    private static LinePortOptions OfLine(DirectSerialPortOptions options) => new()
    {
        Title = options.ServiceUri.Text,
        VmName = options.VmName,
        Reconnect = options.Reconnect,
        InputBufferBytes = options.InputBufferBytes,
        HoldOutputWhenUnconnected = options.HoldOutputWhenUnconnected,
    };

    private LineSource NewSource()
    {
        var options = _options;
        if (options.Direction == SerialDirection.Client)
        {
            var dialer = new LineDialer(new LineDialerOptions
            {
                Policy = DialPolicy.Everything,
                ConnectTimeout = options.ConnectTimeout,
                ComPort = options.ComPort,
                Tls = options.Tls,
                Time = _time,
            });
            return new DialledSource(options.ServiceUri, dialer, options.Block);
        }

        var listeners = options.Listeners ?? new LineListeners(new LineListenerOptions
        {
            Policy = ListenPolicy.Everywhere,
            Certificate = () => options.Certificate,
            ComPort = options.ComPort,
            HandshakeTimeout = options.ConnectTimeout,
            Tls = options.Tls,
            Time = _time,
        });
        return new ListeningSource(options.ServiceUri, listeners, $"{options.VmName ?? "a machine"}, port {options.ServiceUri.Text}")
        {
            OnTurnedAway = _port.OnTurnedAway,
        };
    }
}
