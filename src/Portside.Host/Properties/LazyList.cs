using System.Collections;

namespace Portside.Host.Properties;

/// <summary>A list whose items are made each time somebody comes by them, so that a long answer is never in memory as a whole.</summary>
/// <typeparam name="T">Type of an item.</typeparam>
/// <param name="count">How many there are.</param>
/// <param name="make">Makes one.</param>
internal sealed class LazyList<T>(int count, Func<int, T> make) : IReadOnlyList<T>
{
    public int Count => count;

    public T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)count, nameof(index));
            return make(index);
        }
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (var i = 0; i < count; i++)
            yield return make(i);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
