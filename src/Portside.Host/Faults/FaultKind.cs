namespace Portside.Host.Faults;

/// <summary>What goes wrong on demand.</summary>
public enum FaultKind
{
    /// <summary>vMotion: the source aborts without waiting for an answer to BEGIN.</summary>
    AbortAfterBegin,

    /// <summary>vMotion: the source aborts behind GOAHEAD; no destination connects.</summary>
    AbortAfterGoAhead,

    /// <summary>vMotion: the source aborts when the destination has sent PEER.</summary>
    AbortAfterPeer,

    /// <summary>vMotion: the source aborts behind PEER-OK.</summary>
    AbortAfterPeerOk,

    /// <summary>vMotion: the destination's connection breaks behind PEER-OK.</summary>
    DestinationDies,

    /// <summary>vMotion: the source goes on behind GOAHEAD without ABORT.</summary>
    SourceResumes,

    /// <summary>vMotion: the source's connection breaks behind GOAHEAD; the destination takes over.</summary>
    SourceLost,

    /// <summary>vMotion: the source's connection breaks behind GOAHEAD, and no destination comes.</summary>
    BothLost,

    /// <summary>vMotion: the source's connection stays open behind GOAHEAD and says nothing any more; the machine connects anew.</summary>
    SourceSilent,

    /// <summary>vMotion: the source's connection stays open behind COMPLETE and says nothing any more.</summary>
    SourceHalfOpen,

    /// <summary>vMotion: the source closes before COMPLETE.</summary>
    SourceClosesFirst,

    /// <summary>vMotion: the source goes on though the concentrator said NOTNOW.</summary>
    NotNowIgnored,

    /// <summary>vMotion: COMPLETE is late.</summary>
    LateComplete,

    /// <summary>vMotion: the sequence has a byte 255.</summary>
    IacInSequence,

    /// <summary>A second machine with the same name and UUIDs connects to the same concentrator.</summary>
    DuplicateUuid,

    /// <summary>The machine's ports are closed and opened again and again.</summary>
    ReconnectStorm,

    /// <summary>Calls are answered late.</summary>
    SlowApi,

    /// <summary>The session ends with the call.</summary>
    SessionExpiry,

    /// <summary>Tasks begin late.</summary>
    SlowTask,

    /// <summary>Tasks fail.</summary>
    TaskFailure,
}
