using Portside.Concentrator.Links;
using Portside.Concentrator.Ports;
using Portside.Concentrator.Recording;

namespace Portside.Concentrator.Clients;

/// <summary>
/// Someone or something attached to a port: a cursor over its recording, a mode, and a sender of its own, so that
/// nobody waits for it.
/// </summary>
public abstract class Client : Sender
{
    private static long _lastId;

    /// <summary>A client that is not attached yet.</summary>
    /// <param name="name">Who it says it is; already safe to show.</param>
    /// <param name="address">Where it comes from.</param>
    /// <param name="via"><c>telnet</c> or <c>websocket</c>.</param>
    protected Client(string name, string address, string via)
    {
        Id = $"c{Interlocked.Increment(ref _lastId)}";
        Name = name;
        Address = address;
        Via = via;
    }

    /// <summary>Names this client in commands; never used again while the concentrator runs.</summary>
    public string Id { get; }

    /// <summary>Who it says it is.</summary>
    public string Name { get; }

    /// <summary>Where it comes from.</summary>
    public string Address { get; }

    /// <summary><c>telnet</c> or <c>websocket</c>.</summary>
    public string Via { get; }

    /// <summary>The mode it has now.</summary>
    public ClientMode Mode { get; internal set; }

    /// <summary>When it attached, UTC.</summary>
    public DateTimeOffset Since { get; internal set; }

    /// <summary>Bytes of the machine that were overwritten before this client took them.</summary>
    public long MissedBytes { get; private set; }

    /// <summary>Its terminal's width in characters; 0 when unknown.</summary>
    public int Columns { get; set; }

    /// <summary>Its terminal's height in lines; 0 when unknown.</summary>
    public int Rows { get; set; }

    /// <summary>The port it is or was attached to; null before.</summary>
    public Port? Port { get; internal set; }

    /// <summary>Whether it is attached; its port's lock guards it.</summary>
    internal bool IsAttached { get; set; }

    /// <summary>Whether it has set DTR or RTS; its port's lock guards it.</summary>
    internal bool DrivesSignals { get; set; }

    /// <summary>Why its bytes are discarded, as it was last told; null when it was not told since they last were not. Its port's lock guards it.</summary>
    internal string? ToldDiscarding { get; set; }

    /// <summary>Its cursor, from attach on.</summary>
    protected internal RecordingReader? Reader { get; internal set; }

    /// <summary>Counts bytes that were overwritten before this client took them.</summary>
    /// <param name="bytes">How many.</param>
    protected void Miss(long bytes)
    {
        MissedBytes += bytes;
        Port?.CountMissed(bytes);
    }

    /// <summary>Tells a person something about the port, between the machine's bytes; programs are not told.</summary>
    /// <param name="text">One line, without line end.</param>
    public abstract void Notice(string text);

    /// <summary>Bytes of this client went nowhere. Returns at once; called by the thread that writes them.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="reason">Why; null where the client was told the same before and nothing has changed since.</param>
    protected internal virtual void OnDiscarded(int bytes, string? reason)
    {
        if (reason is not null)
            Notice($"{reason}: what you type is dropped");
    }

    /// <summary>Speed, framing or modem lines of the port may have changed. Returns at once; called by any thread.</summary>
    protected internal virtual void OnLineChanged()
    {
    }

    /// <summary>The machine sent a break. Returns at once; called by any thread.</summary>
    protected internal virtual void OnBreak()
    {
    }

    /// <summary>Tells that the mode was changed by somebody else.</summary>
    /// <param name="by">Who changed it.</param>
    public abstract void ModeChanged(string by);

    /// <summary>
    /// Ends this client; the first reason wins. Returns at once; the client is detached from then on, so that neither
    /// its keys nor its lock outlast the word, however long its connection takes to close.
    /// </summary>
    /// <param name="reason">Shown to the client and in the log.</param>
    public abstract void End(string reason);
}
