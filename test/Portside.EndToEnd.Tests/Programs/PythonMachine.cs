using System.Text;
using Portside.EndToEnd.Tests.Processes;

namespace Portside.EndToEnd.Tests.Programs;

/// <summary>Machines played by <c>Scripts/scripted_vm.py</c>, which is nothing but Python's standard library.</summary>
internal sealed class PythonMachine : IAsyncDisposable
{
    private readonly ChildProcess _python = ChildProcess.Start(
        Tool.Path("python3", "python3"), [Path.Combine(AppContext.BaseDirectory, "Scripts", "scripted_vm.py")]);

    /// <summary>Does one command; the script says which there are.</summary>
    /// <returns>What it answered.</returns>
    public async Task<string> DoAsync(string command)
    {
        await _python.WriteAsync(command + "\n");
        var answer = (await _python.Output.WaitForAsync("\n")).TrimEnd();
        Assert.True(answer.StartsWith("ok", StringComparison.Ordinal), $"{command}: {answer}\n{_python.Error}");
        return answer[2..].Trim();
    }

    /// <summary>The guest speaks.</summary>
    public Task SayAsync(string link, ReadOnlySpan<byte> bytes) => DoAsync($"say {link} {Convert.ToHexString(bytes)}");

    /// <summary>What the guest is told next.</summary>
    public async Task<byte[]> HearAsync(string link, int count) => Convert.FromHexString(await DoAsync($"hear {link} {count}"));

    /// <summary>What the guest is told next, as text.</summary>
    public async Task<string> HearTextAsync(string link, int count) => Encoding.ASCII.GetString(await HearAsync(link, count));

    public ValueTask DisposeAsync() => _python.DisposeAsync();
}
