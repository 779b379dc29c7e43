using System.Collections.Immutable;

namespace Portside.Telnet.Negotiation;

/// <summary>Which options one end of a connection agrees to. An option without a row is refused.</summary>
public sealed class OptionTable
{
    private readonly byte[] _codes;

    /// <summary>A table of <paramref name="rows"/>.</summary>
    /// <param name="rows">Each code once.</param>
    /// <exception cref="ArgumentException">A code has two rows.</exception>
    public OptionTable(params ImmutableArray<TelnetOption> rows)
    {
        Rows = rows;
        _codes = [.. rows.Select(row => row.Code)];
        if (_codes.Distinct().Count() != _codes.Length)
            throw new ArgumentException("A code has two rows.", nameof(rows));
    }

    /// <summary>The rows, in the order given.</summary>
    public ImmutableArray<TelnetOption> Rows { get; }

    internal int IndexOf(byte option) => _codes.AsSpan().IndexOf(option);
}
