namespace Portside.Benchmarks;

/// <summary>How much data one operation of a benchmark class handles.</summary>
/// <param name="count">In bytes, unescaped.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class DataBytesAttribute(int count) : Attribute
{
    public int Count { get; } = count;
}
