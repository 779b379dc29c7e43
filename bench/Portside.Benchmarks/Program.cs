using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Portside.Benchmarks;

// --quick runs every benchmark a few times within this process: about a minute, and good to a few percent.
var quick = args.Contains("--quick");
var job = quick
    ? Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(8).WithIterationCount(5)
        .WithIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(60))
    : Job.Default;
var config = DefaultConfig.Instance.AddJob(job.WithGcServer(false)).AddColumn(StatisticColumn.Min, new ThroughputColumn());
string[] rest = [.. args.Where(argument => argument != "--quick")];
if (quick && !rest.Any(argument => argument is "--filter" or "-f"))
    rest = [.. rest, "--filter", "*"];
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(rest, config);
