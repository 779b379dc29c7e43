using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Portside.Host.Ports;

namespace Portside.Host.Guests.Qemu;

/// <summary>A conversation with a running QEMU by its control protocol: a JSON text a line, commands and their answers, events in between.</summary>
internal sealed class QmpConnection : IAsyncDisposable
{
    private readonly NetworkStream _stream;
    private readonly StreamReader _reader;
    private readonly SemaphoreSlim _commands = new(1);
    private readonly Lock _lock = new();
    private readonly List<(string Name, string? Status)> _events = [];
    private readonly Task _reading;
    private TaskCompletionSource<JsonElement>? _answer;
    private Signal _change;
    private string? _over;

    private QmpConnection(Socket socket)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reader = new StreamReader(_stream, Encoding.UTF8);
        _reading = ReadAsync();
    }

    /// <summary>Connects to a control socket that is there.</summary>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    /// <exception cref="QmpException">QEMU is gone, or refuses.</exception>
    public static async Task<QmpConnection> ConnectAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var connection = new QmpConnection(socket);
        try
        {
            await connection.ExecuteAsync("""{"execute":"qmp_capabilities"}""", cancellation).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Gives a command and awaits its answer.</summary>
    /// <param name="command">JSON.</param>
    /// <param name="cancellation">Ends the wait; QEMU does it all the same.</param>
    /// <returns>What it returned.</returns>
    /// <exception cref="QmpException">QEMU refused, or is gone.</exception>
    public async Task<JsonElement> ExecuteAsync(string command, CancellationToken cancellation)
    {
        await _commands.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_lock)
            {
                if (_over is { } over)
                    throw new QmpException(over);
                _answer = answer;
            }

            try
            {
                await _stream.WriteAsync(Encoding.UTF8.GetBytes(command + "\n"), cancellation).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                throw new QmpException($"QEMU takes no commands: {e.Message}", e);
            }

            return await answer.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _commands.Release();
        }
    }

    /// <summary>Forgets the events so far.</summary>
    public void ForgetEvents()
    {
        lock (_lock)
            _events.Clear();
    }

    /// <summary>Waits for an event, those that came before included, and forgets it and all before it.</summary>
    /// <param name="wanted">Its name, and its <c>status</c> if it has one.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The event.</returns>
    /// <exception cref="QmpException">QEMU is gone.</exception>
    public async Task<(string Name, string? Status)> WaitForAsync(Func<string, string?, bool> wanted, CancellationToken cancellation)
    {
        while (true)
        {
            Task change;
            lock (_lock)
            {
                var at = _events.FindIndex(one => wanted(one.Name, one.Status));
                if (at >= 0)
                {
                    var found = _events[at];
                    _events.RemoveRange(0, at + 1);
                    return found;
                }

                if (_over is { } over)
                    throw new QmpException(over);
                change = _change.Wait();
            }

            await change.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        _reader.Dispose();
    }

    private async Task ReadAsync()
    {
        await Task.Yield();
        var over = "QEMU has ended.";
        try
        {
            while (await _reader.ReadLineAsync().ConfigureAwait(false) is { } text)
                Hear(text);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or JsonException or InvalidOperationException)
        {
            over = $"QEMU is not heard any more: {e.Message}";
        }

        lock (_lock)
        {
            _over = over;
            _answer?.TrySetException(new QmpException(over));
            _change.Raise();
        }
    }

    private void Hear(string text)
    {
        using var document = JsonDocument.Parse(text);
        var root = document.RootElement;
        lock (_lock)
        {
            if (root.TryGetProperty("event", out var name))
            {
                var status = root.TryGetProperty("data", out var data) && data.TryGetProperty("status", out var value)
                    && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
                _events.Add((name.GetString()!, status));
                _change.Raise();
            }
            else if (root.TryGetProperty("return", out var answer))
            {
                _answer?.TrySetResult(answer.Clone());
            }
            else if (root.TryGetProperty("error", out var error))
            {
                _answer?.TrySetException(new QmpException($"QEMU: {(error.TryGetProperty("desc", out var text2) ? text2.GetString() : text)}"));
            }
        }
    }
}
