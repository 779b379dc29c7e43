namespace Portside.EndToEnd.Tests.Serving;

/// <summary>What a server of a test is told.</summary>
/// <param name="State">Its state directory.</param>
internal sealed record PortsideSetup(string State)
{
    /// <summary>Port for machines; 0 for any free one.</summary>
    public int VmPort { get; init; }

    /// <summary>Port for the API; 0 for any free one.</summary>
    public int HttpPort { get; init; }

    /// <summary>First console telnet port.</summary>
    public int FirstConsolePort { get; init; } = ConsolePorts.Next();

    /// <summary>Files and sockets it may have open; null for as many as the tests may.</summary>
    public int? MostFiles { get; init; }

    /// <summary>Further words of the command line.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables to set.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>The whole command line behind the program's name.</summary>
    public IEnumerable<string> CommandLine =>
    [
        "serve", "--state", State,
        "--vm-listen", $"127.0.0.1:{VmPort}",
        "--http-listen", $"127.0.0.1:{HttpPort}",
        "--console-telnet", ConsolePorts.Range(FirstConsolePort),
        .. Arguments,
    ];
}
