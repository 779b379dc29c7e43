using Microsoft.Extensions.Logging;
using Portside.Telnet;

namespace Portside.Concentrator.Links;

/// <content>What happens in a conversation, mostly for those who debug one.</content>
internal sealed partial class LinkProtocol
{
    [LoggerMessage(110, LogLevel.Debug, "{Source}: {Kind} passed over, {Count} so far")]
    private partial void LogOddity(string source, TelnetTokenKind kind, int count);

    [LoggerMessage(111, LogLevel.Debug, "{Source} does not understand suboption {Code}")]
    private partial void LogUnknownSuboption(string source, byte code);

    [LoggerMessage(112, LogLevel.Warning, "{Source}: not a UUID: \"{Text}\" ({Count} times)")]
    private partial void LogUnreadableUuid(string source, string text, int count);

    [LoggerMessage(113, LogLevel.Warning, "{Source} claimed to be {Uuid}, then {Other}; closed")]
    private partial void LogIdentityChanged(string source, string uuid, string other);

    [LoggerMessage(114, LogLevel.Debug, "{Source}: {Message} means nothing here and is ignored")]
    private partial void LogStray(string source, string message);

    [LoggerMessage(115, LogLevel.Warning, "{Source}: vMotion refused (NOTNOW); the link owns no port, or its sequence is out of bounds ({Count} times)")]
    private partial void LogNotNow(string source, int count);

    [LoggerMessage(116, LogLevel.Warning, "{Source} showed a migration key that is not known here ({Count} times)")]
    private partial void LogUnknownKey(string source, int count);
}
