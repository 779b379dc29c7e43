
namespace Portside.Configuration;

/// <summary>The log lines of the program itself; what ports say is in <see cref="Concentrator.Recording.LogOptions"/>.</summary>
internal sealed class DiagnosticsOptions
{
    /// <summary>Least important event that is written; default information.</summary>
    public LogLevel Level { get; set; } = LogLevel.Information;

    /// <summary>How an event is written; default one line of text.</summary>
    public EventFormat Format { get; set; }
}
