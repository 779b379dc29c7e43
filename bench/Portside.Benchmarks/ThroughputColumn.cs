using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Portside.Benchmarks;

/// <summary>Megabytes of plain data per second, for benchmarks whose class says how much one operation handles.</summary>
public sealed class ThroughputColumn : IColumn
{
    public string Id => nameof(ThroughputColumn);

    public string ColumnName => "MB/s at best";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "10^6 bytes of data, unescaped, per second, in the fastest iteration";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        var nanoseconds = summary[benchmarkCase]?.ResultStatistics?.Min;
        var bytes = benchmarkCase.Descriptor.Type.GetCustomAttributes(typeof(DataBytesAttribute), inherit: false)
            .Cast<DataBytesAttribute>()
            .SingleOrDefault();
        return nanoseconds is null || bytes is null
            ? "-"
            : (bytes.Count / nanoseconds.Value * 1_000).ToString("N0", CultureInfo.InvariantCulture);
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) =>
        GetValue(summary, benchmarkCase);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => true;
}
