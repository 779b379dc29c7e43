namespace Portside.Lines.Dialling;

/// <summary>Why a line could not be opened.</summary>
public enum DialFailure
{
    /// <summary>The rules do not let it be dialled; trying again is of no use.</summary>
    Refused,

    /// <summary>The URI names nothing that can be dialled.</summary>
    NotDialable,

    /// <summary>Its host has no address.</summary>
    Unresolved,

    /// <summary>Nobody answers there.</summary>
    Unreachable,

    /// <summary>There is no TLS to be had with it.</summary>
    TlsFailed,

    /// <summary>Its certificate is not the one the URI asks for, or it offers no TLS where the URI asks for some.</summary>
    NotVerified,
}
