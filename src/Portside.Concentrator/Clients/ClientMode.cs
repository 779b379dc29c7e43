namespace Portside.Concentrator.Clients;

/// <summary>What a client may do with a port and what it forbids others, with VMware's documented meaning.</summary>
public enum ClientMode
{
    /// <summary>Reads and writes; needs that nobody is exclusive, and keeps exclusive writers out.</summary>
    ReadWrite,

    /// <summary>Reads; needs that nobody is exclusive, and keeps exclusive clients out.</summary>
    ReadOnly,

    /// <summary>Alone: needs that nobody else is attached, and keeps everybody out.</summary>
    Exclusive,

    /// <summary>The only writer: needs that nobody else writes; readers are fine.</summary>
    ExclusiveWrite,

    /// <summary>As <see cref="ReadWrite"/>, but reads only where an exclusive writer is attached.</summary>
    ReadOnlyFallback,
}
