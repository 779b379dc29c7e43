using System.Globalization;
using Portside.Commands;
using Portside.Output;

namespace Portside.SerialPorts;

/// <summary>One line that says how far long work is, on a terminal only; gone when the work is done.</summary>
/// <param name="caller">Who waits.</param>
internal sealed class ProgressLine(Caller caller) : IDisposable
{
    private readonly Lock _lock = new();
    private bool _isShown;
    private bool _isDone;

    /// <summary>Shows a text in place of the one before.</summary>
    public void Show(string text)
    {
        if (!caller.ErrorIsTerminal || caller.Environment.GetValueOrDefault("TERM") == "dumb")
            return;
        lock (_lock)
        {
            if (_isDone)
                return;
            caller.Error.Write($"\r\u001b[K{SafeText.Of(text)}");
            _isShown = true;
        }
    }

    /// <summary>Takes numbers and shows them.</summary>
    /// <param name="what">Behind the number.</param>
    public IProgress<int> Counting(string what) => new Count(this, what);

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isShown)
                caller.Error.Write("\r\u001b[K");
            _isDone = true;
        }
    }

    private sealed class Count(ProgressLine line, string what) : IProgress<int>
    {
        public void Report(int value) => line.Show(string.Create(CultureInfo.InvariantCulture, $"{value} {what} …"));
    }
}
