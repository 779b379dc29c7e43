namespace Portside.Terminal;

/// <summary>The terminal a person sits at. Tests have one of their own.</summary>
internal interface ITerminal
{
    /// <summary>Columns and rows, or null where there is no terminal.</summary>
    (int Columns, int Rows)? Size { get; }

    /// <summary>Every key comes at once and unchanged, <c>^C</c> too, until the result is disposed.</summary>
    /// <returns>Restores the terminal; safe to dispose more than once and from any thread.</returns>
    IDisposable EnterRawMode();

    /// <summary>Calls <paramref name="resized"/> whenever the window changes its size.</summary>
    /// <param name="resized">Called on any thread.</param>
    /// <returns>Ends the calls.</returns>
    IDisposable OnResize(Action resized);
}
