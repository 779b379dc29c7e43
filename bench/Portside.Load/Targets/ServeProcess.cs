using System.Net;
using System.Net.Sockets;

namespace Portside.Load.Targets;

/// <summary>Starts a concentrator of its own for one measurement: fresh state, free ports, ready before it is used.</summary>
internal static class ServeProcess
{
    /// <summary>
    /// Console listeners stay below the range from which the kernel gives local ports to thousands of outgoing
    /// connections, or now and then one would be taken already.
    /// </summary>
    private const int FirstConsolePort = 20_000;
    private const int LastConsolePort = 31_999;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StartInterval = TimeSpan.FromMilliseconds(100);

    public static async Task<ConcentratorTarget> StartAsync(string serve, bool consoles, CancellationToken cancellation)
    {
        var state = Directory.CreateTempSubdirectory("portside-load-").FullName;
        var (machines, http) = FreePorts();
        var command = Command(serve);
        var process = ChildProcess.Start(command[0],
        [
            .. command[1..],
            "--state", state,
            "--vm-listen", machines.ToString(),
            "--http-listen", http.ToString(),
            "--console-telnet", consoles ? $"127.0.0.1:{FirstConsolePort}-{LastConsolePort}" : "off",
        ]);
        var target = new ConcentratorTarget(machines, new Uri($"http://{http}/"), process.Id, process, state);
        try
        {
            await ReadyAsync(process, http, cancellation);
            return target;
        }
        catch
        {
            await Console.Error.WriteLineAsync(process.Tail);
            await target.DisposeAsync();
            throw;
        }
    }

    /// <summary>A whole command line, split at spaces; a lone path gets <c>serve</c>, and a .dll is run by dotnet.</summary>
    private static string[] Command(string serve)
    {
        var words = serve.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 1)
            words = [words[0], "serve"];
        return words[0].EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? ["dotnet", .. words] : words;
    }

    private static async Task ReadyAsync(ChildProcess process, IPEndPoint http, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(StartLimit);
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        while (true)
        {
            if (process.HasExited)
                throw new IOException("The concentrator ended before it was ready.");
            try
            {
                using var answer = await client.GetAsync(new Uri($"http://{http}/readyz"), limit.Token);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(StartInterval, limit.Token);
        }
    }

    /// <summary>Two ports free at this moment: held together so that they differ.</summary>
    private static (IPEndPoint Machines, IPEndPoint Http) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return ((IPEndPoint)first.LocalEndpoint, (IPEndPoint)second.LocalEndpoint);
    }
}
