using System.Runtime.InteropServices;

namespace Portside.Load.Reports;

/// <summary>Where the figures were taken; without it they mean nothing.</summary>
internal sealed record TestBed(string Processor, int Cores, string Kernel, string Runtime)
{
    public static TestBed Here()
    {
        var model = File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        return new TestBed(
            model?[(model.IndexOf(':') + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString(),
            Environment.ProcessorCount,
            File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
            RuntimeInformation.FrameworkDescription);
    }
}
