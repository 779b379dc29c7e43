using System.Runtime.InteropServices;
using Portside.Commands;

// Sockets go on where they become ready, on the thread that polls them: a key press then takes no change of thread, which
// was two thirds of its cost (docs/performance.md). Nothing that a socket's readiness runs may block.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

using var ending = new CancellationTokenSource();

// The first signal asks; a second one, when the first was not enough, ends the process as signals do.
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask);

return await new PortsideProgram(Caller.OfProcess()).RunAsync(args, ending.Token);

void Ask(PosixSignalContext signal)
{
    signal.Cancel = !ending.IsCancellationRequested;
    ending.Cancel();
}
