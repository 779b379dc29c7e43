using System.Globalization;
using System.Text;
using Portside.Host.Conformance;
using Portside.Output;
using Spectre.Console;

namespace Portside.Conformance;

/// <summary>Checks and reports for people.</summary>
internal static class ConformanceText
{
    /// <summary>An outcome in words.</summary>
    public static string Word(ConformanceOutcome outcome) => outcome switch
    {
        ConformanceOutcome.Pass => "pass",
        ConformanceOutcome.Fail => "fail",
        _ => "not applicable",
    };

    /// <summary>What became of the checks.</summary>
    public static Table Of(ConformanceReport report)
    {
        var table = Drawing.Columns("CHECK", "OUTCOME", "MS", "SEEN", "ASKED FOR BY");
        foreach (var result in report.Results)
        {
            table.AddRow(
                Drawing.Cell(result.Check.Id),
                Drawing.Cell(Word(result.Outcome), result.Outcome switch
                {
                    ConformanceOutcome.Pass => Color.Green,
                    ConformanceOutcome.Fail => Color.Red,
                    _ => Color.Yellow,
                }),
                Drawing.Cell(result.Duration.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)),
                Drawing.Cell(result.Seen),
                Drawing.Cell(result.Check.Clause));
        }

        return table;
    }

    /// <summary>The same in one line.</summary>
    public static string Sum(ConformanceReport report) => string.Create(
        CultureInfo.InvariantCulture,
        $"{report.Count(ConformanceOutcome.Pass)} passed, {report.Count(ConformanceOutcome.Fail)} failed, {report.Count(ConformanceOutcome.NotApplicable)} not applicable, in {report.Duration.TotalSeconds:0.0} s");

    /// <summary>Checks, not tried.</summary>
    public static Table Of(IReadOnlyList<ConformanceCheck> checks)
    {
        var table = Drawing.Columns("CHECK", "CONSOLE", "WANTED", "ASKED FOR BY");
        foreach (var check in checks)
            table.AddRow(Drawing.Cell(check.Id), Drawing.Cell(check.NeedsConsole ? "needed" : "-"), Drawing.Cell(check.Title), Drawing.Cell(check.Clause));
        return table;
    }

    /// <summary>The page of the documentation.</summary>
    public static string AsPage(IReadOnlyList<ConformanceCheck> checks)
    {
        var page = new StringBuilder();
        page.Append(
            """
            # Testing a concentrator from the machine's end

            `portside host conformance` connects to any concentrator (Portside, vSPC.py, VMware's kit, your own) as a virtual
            machine does, and tries what VMware's guide "Using a Proxy with vSphere Virtual Serial Ports" asks of it: the opening, every byte
            value, vMotion in every way it goes and fails, connections that come again or never end, and bytes that nobody should send.

            ```
            portside host conformance --proxy telnet://127.0.0.1:13370 --portside http://127.0.0.1:13371
            portside host conformance --proxy telnets://vspc.example:13370#thumbprint=0A:1B:… --checks 'vmotion*,!*-held*' -o json
            portside host conformance --proxy telnet://127.0.0.1:13370 --console telnet://127.0.0.1:5000 --junit report.xml
            ```

            Each check has a machine of its own, with a name (`check-` and eight digits) and a UUID that nobody else has, and a concentrator may keep what
            it knows of them. Run it where that does no harm.

            **Outcomes** are `pass`, `fail` and `not applicable`: the concentrator does not offer what is tried, or something is needed
            that was not given. The exit code is 1 if one check failed. A failure says what was seen instead. `--junit FILE` writes JUnit's XML besides.

            **The console.** A machine sees only its own end. Whether bytes arrive shows at the port's console, by
            `--portside URL` (Portside's API) or `--console URI`, any line that `portside bridge` can dial, in which `{name}` and `{uuid}` stand for
            the machine's. Without one, the checks that need a console are not applicable, and the others see whether the proxy still answers the machine.

            **What is assumed.** The service URI is `vSPC.py` and the direction server, unless `--service-uri` and `--direction` say otherwise;
            `--refused-uri` names one that must be refused. `--patience` (10 s) bounds every answer, `--goahead-limit` (5 s, ESXi's default) GOAHEAD;
            `--late` (2 s) is how late the checks are that are late on purpose, `--storm` (50) how often the reconnect storm connects.

            ## The checks

            Guide is VMware's; its rules are told in our words. This page is what `portside host conformance --list --markdown` writes.

            | check | wanted | asked for by | console |
            |---|---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var check in checks)
            page.Append(CultureInfo.InvariantCulture, $"| `{check.Id}` | {check.Title} | {check.Clause} | {(check.NeedsConsole ? "needed" : "")} |\n");
        return page.ToString();
    }
}
