using System.Runtime.InteropServices;
using Portside.Commands;

using var ending = new CancellationTokenSource();

// The first signal asks; a second one, when the first was not enough, ends the process as signals do. One that comes in the
// same moment is the same wish: timeout(1) signals a process and then its group.
// Where nobody gives a second one, a command that cannot end, as something does not answer it, is ended after a minute: what it
// has left undone is what a kill leaves undone.
var patience = TimeSpan.FromSeconds(2);
var limit = TimeSpan.FromMinutes(1);
long? asked = null;
using var last = new Timer(_ => Environment.Exit(ExitCode.Interrupted));
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask);

return await new PortsideProgram(Caller.OfProcess()).RunAsync(args, ending.Token);

void Ask(PosixSignalContext signal)
{
    signal.Cancel = asked is not { } first || TimeProvider.System.GetElapsedTime(first) < patience;
    if (asked is null)
        last.Change(limit, Timeout.InfiniteTimeSpan);
    asked ??= TimeProvider.System.GetTimestamp();
    ending.Cancel();
}
