using System.Runtime.Versioning;
using Portside.Host.Bridges;
using Portside.Host.Ports;
using Portside.Lines.Terminals;

namespace Portside.Host.Guests;

/// <summary>A program of the host in a terminal of its own; when it ends, its machine is switched off.</summary>
/// <param name="command">The program, searched for as a shell does, and its arguments.</param>
[SupportedOSPlatform("linux")]
public sealed class CommandGuest(IReadOnlyList<string> command) : IGuest
{
    /// <inheritdoc/>
    /// <exception cref="IOException">The program cannot be started.</exception>
    public async Task<GuestExit> RunAsync(ISerialLine line, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(line);
        await using var program = CommandLine.Start(command, time: time);
        return await new LineGuest(program).RunAsync(line, time, cancellation).ConfigureAwait(false);
    }
}
