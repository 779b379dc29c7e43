using System.Runtime.InteropServices;
using Portside.Commands;

using var ending = new CancellationTokenSource();

// The first signal asks; a second one, when the first was not enough, ends the process as signals do. One that comes in the
// same moment is the same wish: timeout(1) signals a process and then its group.
var patience = TimeSpan.FromSeconds(2);
long? asked = null;
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask);

return await new PortsideProgram(Caller.OfProcess()).RunAsync(args, ending.Token);

void Ask(PosixSignalContext signal)
{
    signal.Cancel = asked is not { } first || TimeProvider.System.GetElapsedTime(first) < patience;
    asked ??= TimeProvider.System.GetTimestamp();
    ending.Cancel();
}
