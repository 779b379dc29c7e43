namespace Portside.Host.Migration;

/// <summary>What goes wrong in a vMotion, on demand.</summary>
public enum VmotionFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The source aborts without waiting for an answer to BEGIN.</summary>
    AbortAfterBegin,

    /// <summary>The source aborts after GOAHEAD; no destination ever connects.</summary>
    AbortAfterGoAhead,

    /// <summary>The source aborts when the destination has sent PEER, whatever its answer.</summary>
    AbortAfterPeer,

    /// <summary>The source aborts after PEER-OK; the destination closes in good order.</summary>
    AbortAfterPeerOk,

    /// <summary>The destination's connection breaks after PEER-OK; the source aborts.</summary>
    DestinationDiesAfterPeerOk,

    /// <summary>The source resumes after GOAHEAD without a word; no destination ever connects.</summary>
    SourceResumesSilently,

    /// <summary>The source's connection breaks after GOAHEAD; the destination takes over all the same.</summary>
    SourceLostAfterGoAhead,

    /// <summary>The source's connection breaks after GOAHEAD, and no destination comes.</summary>
    BothLostAfterGoAhead,

    /// <summary>
    /// The source's connection stays open after GOAHEAD and nothing is said there any more, and no destination comes; the
    /// port connects anew, as of a machine that is started on another host.
    /// </summary>
    SourceSilentAfterGoAhead,

    /// <summary>The source's connection stays open after COMPLETE, and nothing is said there any more.</summary>
    SourceSilentAfterComplete,

    /// <summary>The source goes on though the proxy said NOTNOW: a destination connects with a secret of its own making.</summary>
    NotNowIgnored,
}
