using System.Text;
using System.Text.Json;

namespace Portside.EndToEnd.Tests.Processes;

/// <summary>What became of a program that ended.</summary>
/// <param name="CommandLine">What was run.</param>
/// <param name="ExitCode">How it ended.</param>
/// <param name="OutputBytes">Its standard output, byte by byte.</param>
/// <param name="Error">Its standard error.</param>
internal sealed record CommandResult(string CommandLine, int ExitCode, byte[] OutputBytes, string Error)
{
    /// <summary>Its standard output as UTF-8.</summary>
    public string Output => Encoding.UTF8.GetString(OutputBytes);

    /// <summary>Its standard output as JSON.</summary>
    public JsonElement Json
    {
        get
        {
            Succeeded();
            using var document = JsonDocument.Parse(OutputBytes);
            return document.RootElement.Clone();
        }
    }

    /// <summary>Asserts that it ended well.</summary>
    public CommandResult Succeeded() => ExitedWith(0);

    /// <summary>Asserts how it ended.</summary>
    public CommandResult ExitedWith(int code)
    {
        Assert.True(code == ExitCode, $"{this}\nexpected exit code {code}");
        return this;
    }

    public override string ToString() => $"{CommandLine}: exit code {ExitCode}\n--- output:\n{Output}\n--- errors:\n{Error}\n---";
}
