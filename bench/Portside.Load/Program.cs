using System.CommandLine;
using Portside.Load;
using Portside.Load.Floor;
using Portside.Load.Scenarios;

// The load shares its cores with what it measures, so its own sockets complete where they are polled instead of
// waking the thread pool for each event. Read by the runtime at the first socket, hence before anything else; the
// processes we start do not inherit it (see ChildProcess), and the floor, being what we compare with, runs plain.
if (args is not ["floor", ..])
    Environment.SetEnvironmentVariable(InlineCompletions.Variable, "1");

var root = new RootCommand("Simulates machines and clients against a concentrator and verifies every byte.")
{
    HandshakesScenario.Command(),
    IdleScenario.Command(),
    EchoScenario.Command(),
    ThroughputScenario.Command(),
    BeginScenario.Command(),
    MigrationsScenario.Command(),
    StalledScenario.Command(),
    AllScenarios.Command(),
    FloorCommand.Create(),
};

return await root.Parse(args).InvokeAsync();
