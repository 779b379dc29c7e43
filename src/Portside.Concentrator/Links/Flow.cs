namespace Portside.Concentrator.Links;

/// <summary>What the link does after a token.</summary>
internal enum Flow
{
    /// <summary>Take the next token.</summary>
    Continue,

    /// <summary>The machine is known and its service URI accepted: find its port, then go on.</summary>
    Claim,

    /// <summary>Send what was said, then begin TLS with the bytes that follow.</summary>
    StartTls,

    /// <summary>Send what was said, then close.</summary>
    Close,
}
