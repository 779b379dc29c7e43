namespace Portside.Configuration;

/// <summary>How a log event is written.</summary>
internal enum EventFormat
{
    /// <summary>One line of text per event, for people.</summary>
    Text,

    /// <summary>One JSON object per line, for log collectors.</summary>
    Json,
}
