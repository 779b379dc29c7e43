using System.Net.Sockets;
using Portside.Lines;

namespace Portside.Host.Sources;

/// <summary>Lines that come to a socket of ours in the file system, such as QEMU's with <c>reconnect</c>; one at a time.</summary>
/// <param name="path">Where; a socket nobody answers at is taken over.</param>
internal sealed class UnixListeningSource(string path) : LineSource
{
    private Socket? _listener;

    public override string Title => $"unix-listen:{path}";

    public override bool Waits => true;

    public override void Listen()
    {
        try
        {
            _listener ??= Bind();
        }
        catch (Exception e) when (e is SocketException or UnauthorizedAccessException)
        {
            throw new IOException($"{path} cannot be listened at: {e.Message}", e);
        }
    }

    public override async Task<Line> OpenAsync(CancellationToken cancellation)
    {
        Listen();
        try
        {
            var socket = await _listener!.AcceptAsync(cancellation).ConfigureAwait(false);
            return new StreamLine($"unix:{path}", new NetworkStream(socket, ownsSocket: true));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or UnauthorizedAccessException)
        {
            throw new IOException($"{path} cannot be listened at: {e.Message}", e);
        }
    }

    public override ValueTask DisposeAsync()
    {
        if (_listener is not null)
        {
            _listener.Dispose();
            File.Delete(path);
        }

        return base.DisposeAsync();
    }

    private Socket Bind()
    {
        var endPoint = new UnixDomainSocketEndPoint(path);
        if (File.Exists(path))
            TakeOver(endPoint);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(endPoint);

            // Whoever reaches a console may take it: this user alone, unless the administrator opens it up.
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen(1);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>What is left of a process that died is removed; what somebody listens at, or what is no socket, stays.</summary>
    private void TakeOver(UnixDomainSocketEndPoint endPoint)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(endPoint);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused && IsSocket())
        {
            File.Delete(path);
            return;
        }

        throw new IOException($"{path} is in use by another program.");
    }

    /// <summary>Whether what nobody listens at is a socket, rather than a file that refuses in the same way.</summary>
    private bool IsSocket()
    {
        if (new FileInfo(path) is { LinkTarget: not null } or { Length: not 0 })
            return false;
        try
        {
            // For reading and writing, so that a pipe makes nobody wait.
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            // A socket is nothing that can be opened.
            return true;
        }
    }
}
