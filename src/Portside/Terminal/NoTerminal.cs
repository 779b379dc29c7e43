namespace Portside.Terminal;

/// <summary>Where there is no terminal, or none that can be made raw.</summary>
internal sealed class NoTerminal : ITerminal
{
    /// <summary>The one there is.</summary>
    public static NoTerminal Instance { get; } = new();

    public (int Columns, int Rows)? Size => null;

    public IDisposable EnterRawMode() => Nothing.Instance;

    public IDisposable OnResize(Action resized) => Nothing.Instance;

    private sealed class Nothing : IDisposable
    {
        public static readonly Nothing Instance = new();

        public void Dispose()
        {
        }
    }
}
