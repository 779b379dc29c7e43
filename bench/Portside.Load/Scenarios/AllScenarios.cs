using System.CommandLine;

namespace Portside.Load.Scenarios;

/// <summary>Every figure, one after the other, with the sizes that are asked for.</summary>
internal static class AllScenarios
{
    public static Command Command() => ScenarioCommand.Create(
        "all",
        "Every scenario, with its default sizes.",
        [],
        (_, duration) =>
        [
            new HandshakesScenario(),
            .. IdleScenario.Both(5000, duration),
            new EchoScenario { Duration = duration },
            .. ThroughputScenario.Shapes(duration),
            new BeginScenario { Duration = duration },
            new MigrationsScenario { Duration = duration },
            new StalledScenario { Duration = duration },
        ]);
}
