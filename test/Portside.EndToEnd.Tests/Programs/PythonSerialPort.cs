using Portside.EndToEnd.Tests.Processes;

namespace Portside.EndToEnd.Tests.Programs;

/// <summary>A serial port over RFC 2217, opened by Debian's python3-serial through <c>Scripts/serial_client.py</c>.</summary>
internal sealed class PythonSerialPort : IAsyncDisposable
{
    // Debian's own interpreter: the package is for no other that may come first on the search path.
    private readonly ChildProcess _python = ChildProcess.Start(
        "/usr/bin/python3", ["-W", "ignore", Path.Combine(AppContext.BaseDirectory, "Scripts", "serial_client.py")]);

    /// <summary>Opens a console's telnet port.</summary>
    public static async Task<PythonSerialPort> OpenAsync(int port)
    {
        Tool.Path("pyserial-miniterm", "python3-serial");
        var serial = new PythonSerialPort();
        var answer = "";
        await Patience.PollAsync<object>(
            async () =>
            {
                // Only what stands before a console, a program of another kind, may still be starting.
                answer = await serial.TryAsync($"open rfc2217://127.0.0.1:{port}");
                return answer.Contains("Connection refused", StringComparison.Ordinal) ? null : answer;
            },
            () => $"127.0.0.1:{port} to be open");
        Assert.True(answer.StartsWith("ok", StringComparison.Ordinal), $"{answer}\n{serial._python.Error}");
        return serial;
    }

    /// <summary>Does one command; the script says which there are.</summary>
    /// <returns>What it answered.</returns>
    public async Task<string> DoAsync(string command)
    {
        var answer = await TryAsync(command);
        Assert.True(answer.StartsWith("ok", StringComparison.Ordinal), $"{command}: {answer}\n{_python.Error}");
        return answer[2..].Trim();
    }

    /// <summary>Does one command that may fail.</summary>
    public async Task<string> TryAsync(string command)
    {
        await _python.WriteAsync(command + "\n");
        return (await _python.Output.WaitForAsync("\n")).TrimEnd();
    }

    public ValueTask DisposeAsync() => _python.DisposeAsync();
}
