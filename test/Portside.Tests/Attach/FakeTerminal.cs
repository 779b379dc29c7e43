using Portside.Terminal;

namespace Portside.Tests.Attach;

/// <summary>A terminal that remembers what was done to it.</summary>
internal sealed class FakeTerminal : ITerminal
{
    private Action? _resized;

    public (int Columns, int Rows)? Size { get; set; } = (80, 24);

    public bool IsRaw { get; private set; }

    public int TimesRaw { get; private set; }

    public IDisposable EnterRawMode()
    {
        IsRaw = true;
        TimesRaw++;
        return new End(() => IsRaw = false);
    }

    public IDisposable OnResize(Action resized)
    {
        _resized = resized;
        return new End(() => _resized = null);
    }

    public void Resize(int columns, int rows)
    {
        Size = (columns, rows);
        _resized?.Invoke();
    }

    private sealed class End(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
