using Microsoft.Extensions.Logging;

namespace Portside.Concentrator.Ports;

/// <content>What the operator reads about ports, their clients and their migrations.</content>
public sealed partial class Port
{
    [LoggerMessage(200, LogLevel.Information, "{Port} connected from {Source} ({Tls}), id {Id}")]
    private partial void LogConnected(string port, string source, string tls, PortId id);

    [LoggerMessage(201, LogLevel.Information, "{Port} disconnected from {Source}: {Reason}")]
    private partial void LogDisconnected(string port, string source, Links.LinkEnd reason);

    [LoggerMessage(202, LogLevel.Information, "{Port}: break sent by {Client} ({Count} since last told)")]
    private partial void LogBreak(string port, string client, int count);

    [LoggerMessage(203, LogLevel.Warning, "{Port} was taken over from {Source}, {Why}, by {Newcomer} ({Count} times)")]
    private partial void LogTakenOver(string port, string source, string why, string newcomer, int count);

    [LoggerMessage(300, LogLevel.Information, "{Client} ({Address}) attached to {Port} by {Via}, {Mode}")]
    private partial void LogAttached(string port, string client, string address, string via, string mode);

    [LoggerMessage(301, LogLevel.Information, "{Client} ({Address}) left {Port}: {Reason}")]
    private partial void LogDetached(string port, string client, string address, string reason);

    [LoggerMessage(400, LogLevel.Information, "{Port} begins to move from {Source} (attempt {Attempt} there)")]
    private partial void LogBegun(string port, string source, int attempt);

    [LoggerMessage(401, LogLevel.Information, "{Port}: its new host {Destination} is ready")]
    private partial void LogPeer(string port, string destination);

    [LoggerMessage(402, LogLevel.Information, "{Port} moved from {Source} to {Destination} in {Milliseconds:F1} ms")]
    private partial void LogCompleted(string port, string source, string destination, double milliseconds);

    [LoggerMessage(403, LogLevel.Information, "{Port} stays at {Source}: the move was aborted (attempt {Attempt} there)")]
    private partial void LogAborted(string port, string source, int attempt);

    [LoggerMessage(404, LogLevel.Warning, "{Port}: the move took too long and counts as aborted; {Discarded} held bytes discarded")]
    private partial void LogExpired(string port, int discarded);

    [LoggerMessage(405, LogLevel.Information, "{Port} runs on at {Source} without an ABORT (attempt {Attempt} there)")]
    private partial void LogResumed(string port, string source, int attempt);

    [LoggerMessage(406, LogLevel.Warning, "{Port}: {Bytes} bytes from {Source} came after its successor's and are discarded ({Count} times)")]
    private partial void LogLateBytes(string port, int bytes, string source, int count);

    [LoggerMessage(407, LogLevel.Warning, "{Port} started anew; {Bytes} bytes held for its former run are discarded")]
    private partial void LogHeldDiscarded(string port, int bytes);
}
