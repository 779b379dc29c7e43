using System.Runtime.InteropServices;
using Portside.Commands;

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
