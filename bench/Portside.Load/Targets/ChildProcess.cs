using System.Diagnostics;

namespace Portside.Load.Targets;

/// <summary>A program we start to measure: its output is kept for when it fails, and it ends with us.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int KeptLines = 40;
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(15);

    private readonly Process _process;
    private readonly Queue<string> _tail = new();
    private readonly TaskCompletionSource<string> _firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>The first line of its standard output.</summary>
    public Task<string> FirstLine => _firstLine.Task;

    public bool HasExited => _process.HasExited;

    /// <summary>The last lines it wrote.</summary>
    public string Tail
    {
        get
        {
            lock (_tail)
                return string.Join(Environment.NewLine, _tail);
        }
    }

    public static ChildProcess Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Ours alone, unless whoever started us asked for it too.
        start.Environment.Remove(InlineCompletions.Variable);
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var child = new ChildProcess(process);
        process.OutputDataReceived += (_, line) => child.Keep(line.Data, first: true);
        process.ErrorDataReceived += (_, line) => child.Keep(line.Data, first: false);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Closes its input and asks it to end; kills it if it does not within 15 s.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            if (!_process.HasExited)
            {
                using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
                using var limit = new CancellationTokenSource(EndLimit);
                await _process.WaitForExitAsync(limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"{_process.ProcessName} ignored SIGTERM for {EndLimit.TotalSeconds} s; killed.");
            _process.Kill(entireProcessTree: true);
        }
        finally
        {
            _process.Dispose();
        }
    }

    private void Keep(string? line, bool first)
    {
        if (line is null)
        {
            _firstLine.TrySetException(new IOException("The program ended without a word."));
            return;
        }

        if (first)
            _firstLine.TrySetResult(line);
        lock (_tail)
        {
            if (_tail.Count == KeptLines)
                _tail.Dequeue();
            _tail.Enqueue(line);
        }
    }
}
