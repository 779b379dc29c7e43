using Portside.Host.Conformance;
using Portside.Host.Proxies;

namespace Portside.Host.Tests.Conformance;

public class ConformanceSuiteTests
{
    [Fact]
    public async Task A_proxy_without_a_defect_passes_every_check_that_applies()
    {
        using var proxy = DefectiveProxy.Start();

        var report = await ConformanceSuite.RunAsync(Options(proxy, TimeSpan.FromSeconds(60)), cancellation: TestContext.Current.CancellationToken);

        Assert.True(report.Passed, Show(report));
        Assert.Equal(
            ["telnets", "tls-in-band"],
            report.Results.Where(result => result.Outcome == ConformanceOutcome.NotApplicable).Select(result => result.Check.Id));
        Assert.All(report.Results, result => Assert.NotEmpty(result.Seen));
    }

    [Fact]
    public async Task Without_a_console_the_checks_that_need_one_say_so_and_the_rest_pass()
    {
        using var proxy = DefectiveProxy.Start();

        var report = await ConformanceSuite.RunAsync(
            Options(proxy, TimeSpan.FromSeconds(60)) with { Console = null }, cancellation: TestContext.Current.CancellationToken);

        Assert.True(report.Passed, Show(report));
        foreach (var result in report.Results.Where(result => result.Check.NeedsConsole))
            Assert.Equal((ConformanceOutcome.NotApplicable, "There is no way to the port's console."), (result.Outcome, result.Seen));
    }

    [Theory]
    [InlineData(ProxyDefect.RefusesOption232, "option-232")]
    [InlineData(ProxyDefect.ListsNothing, "known-suboptions")]
    [InlineData(ProxyDefect.ListsDifferently, "known-suboptions-same")]
    [InlineData(ProxyDefect.RefusesEveryService, "do-proxy")]
    [InlineData(ProxyDefect.ServesEveryService, "wont-proxy-uri")]
    [InlineData(ProxyDefect.ServesEveryDirection, "wont-proxy-direction")]
    [InlineData(ProxyDefect.NeverTakesLateNames, "late-identity")]
    [InlineData(ProxyDefect.StripsNulOut, "binary-out")]
    [InlineData(ProxyDefect.StripsNulIn, "binary-in")]
    [InlineData(ProxyDefect.DoublesNothing, "iac-doubled")]
    [InlineData(ProxyDefect.ForgetsHalfCommands, "iac-split")]
    [InlineData(ProxyDefect.LosesEarlyBytes, "early-data")]
    [InlineData(ProxyDefect.IgnoresUnknownSuboptions, "unknown-suboption")]
    [InlineData(ProxyDefect.HangsUpOnUnknownOptions, "unknown-option")]
    [InlineData(ProxyDefect.AcknowledgesAgain, "settled-option")]
    [InlineData(ProxyDefect.HangsUpOnEmptySubnegotiations, "empty-subnegotiation")]
    [InlineData(ProxyDefect.DiesOfLongSubnegotiations, "oversized-subnegotiation")]
    [InlineData(ProxyDefect.DiesOfStrangers, "stranger")]
    [InlineData(ProxyDefect.ServesNobodyTwice, "reconnect")]
    [InlineData(ProxyDefect.KeepsTheFirst, "half-open")]
    [InlineData(ProxyDefect.KeepsTheFirst, "vmotion-restart-elsewhere")]
    [InlineData(ProxyDefect.MixesMachines, "two-machines")]
    [InlineData(ProxyDefect.NeverGoesAhead, "vmotion-goahead-in-time")]
    [InlineData(ProxyDefect.HasNoSecret, "vmotion-secret")]
    [InlineData(ProxyDefect.HasOneSecret, "vmotion-secret")]
    [InlineData(ProxyDefect.CutsSequencesAt255, "vmotion-iac-sequence")]
    [InlineData(ProxyDefect.CutsSequencesAtFour, "vmotion-any-sequence")]
    [InlineData(ProxyDefect.ForgetsWithTheSource, "vmotion-source-closes-first")]
    [InlineData(ProxyDefect.ForgetsInHaste, "vmotion-late-complete")]
    [InlineData(ProxyDefect.WaitsForTheSourceToClose, "vmotion-half-open-source")]
    [InlineData(ProxyDefect.HangsUpOnAbort, "vmotion-abort-after-begin")]
    [InlineData(ProxyDefect.IgnoresAbort, "vmotion-abort-after-goahead")]
    [InlineData(ProxyDefect.IgnoresAbort, "vmotion-abort-after-peer")]
    [InlineData(ProxyDefect.IgnoresAbort, "vmotion-abort-after-peer-ok")]
    [InlineData(ProxyDefect.IgnoresAbort, "vmotion-destination-dies")]
    [InlineData(ProxyDefect.KeepsKeysAfterAbort, "vmotion-abort-ends-key")]
    [InlineData(ProxyDefect.TakesAnyPeer, "vmotion-unknown-peer")]
    [InlineData(ProxyDefect.TakesAnyPeer, "vmotion-wrong-secret")]
    [InlineData(ProxyDefect.TakesPeersAfterNotNow, "vmotion-notnow-ignored")]
    [InlineData(ProxyDefect.AnswersOneBegin, "vmotion-second-begin")]
    [InlineData(ProxyDefect.CompletesForAnybody, "vmotion-stray-complete")]
    [InlineData(ProxyDefect.HangsUpOnAbort, "vmotion-stray-abort")]
    [InlineData(ProxyDefect.LosesWhatItHolds, "vmotion-held")]
    [InlineData(ProxyDefect.HoldsNothing, "vmotion-held")]
    [InlineData(ProxyDefect.LosesWhatItHoldsOnAbort, "vmotion-held-abort")]
    [InlineData(ProxyDefect.WaitsForAbort, "vmotion-source-resumes")]
    public async Task A_defect_is_found_by_name(ProxyDefect defect, string check)
    {
        using var proxy = DefectiveProxy.Start(defect);

        var report = await ConformanceSuite.RunAsync(
            Options(proxy, TimeSpan.FromSeconds(1)), ConformanceSuite.Select(check), cancellation: TestContext.Current.CancellationToken);

        var result = Assert.Single(report.Results);
        Assert.True(result.Outcome == ConformanceOutcome.Fail, Show(report));
        Assert.NotEmpty(result.Seen);
        Assert.False(report.Passed);
    }

    [Fact]
    public async Task Nobody_there_fails_every_check_and_ends()
    {
        var report = await ConformanceSuite.RunAsync(
            new ConformanceOptions { Proxy = ProxyUri.Parse("telnet://127.0.0.1:1"), Patience = TimeSpan.FromSeconds(1) },
            ConformanceSuite.Select("connect,vmotion"),
            cancellation: TestContext.Current.CancellationToken);

        Assert.All(report.Results, result => Assert.Contains("cannot be reached", result.Seen, StringComparison.Ordinal));
        Assert.Equal(2, report.Count(ConformanceOutcome.Fail));
    }

    [Fact]
    public void Patterns_choose_checks()
    {
        Assert.Equal(ConformanceSuite.Checks, ConformanceSuite.Select(null));
        Assert.Equal(["binary-out", "binary-in", "rename"], [.. ConformanceSuite.Select("binary-*, rename").Select(check => check.Id).OrderByDescending(id => id.Length)]);
        Assert.DoesNotContain(ConformanceSuite.Select("!vmotion*"), check => check.Id.StartsWith("vmotion", StringComparison.Ordinal));
        Assert.Empty(ConformanceSuite.Select("nothing"));
    }

    [Fact]
    public void Every_check_has_a_name_of_its_own_a_title_and_a_clause()
    {
        Assert.Equal(ConformanceSuite.Checks.Count, ConformanceSuite.Checks.Select(check => check.Id).Distinct().Count());
        Assert.All(ConformanceSuite.Checks, check => Assert.Matches("^[a-z0-9-]+$", check.Id));
        Assert.All(ConformanceSuite.Checks, check => Assert.Matches("(Guide|guide|RFC)", check.Clause));
    }

    private static ConformanceOptions Options(DefectiveProxy proxy, TimeSpan patience) => new()
    {
        Proxy = ProxyUri.Parse($"telnet://127.0.0.1:{proxy.Number}"),
        RefusedServiceUri = "not.ours",
        Console = (target, _) => Task.FromResult(proxy.Attach(target.Uuid)),
        Patience = patience,
        GoAheadLimit = patience,
        LateBy = TimeSpan.FromMilliseconds(200),
        StormConnections = 12,
    };

    private static string Show(ConformanceReport report) => string.Join(
        '\n', report.Results.Select(result => $"{result.Outcome,-13} {result.Check.Id,-28} {result.Seen}"));
}
