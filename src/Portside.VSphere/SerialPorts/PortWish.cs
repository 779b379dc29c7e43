namespace Portside.VSphere.SerialPorts;

/// <summary>What a port of a machine is to be; what is null stays as it is, or takes vSphere's usual value for a new port.</summary>
public sealed record PortWish
{
    /// <summary>The service URI of a new port that is given none: the name that concentrators have answered to from the beginning.</summary>
    public const string UsualServiceUri = "vSPC.py";

    /// <summary>What is wished.</summary>
    public PortAction Action { get; init; } = PortAction.Ensure;

    /// <summary>Which port: a device key (9000), a number as in <c>Serial port 1</c>, or a label. Null finds it by label, service URI, or as the only one.</summary>
    public string? Which { get; init; }

    /// <summary>The label that tells ports of one machine apart.</summary>
    public string? Label { get; init; }

    /// <summary>The service URI, without the label.</summary>
    public string? ServiceUri { get; init; }

    /// <summary><c>client</c> or <c>server</c>; <c>server</c> for a new port.</summary>
    public string? Direction { get; init; }

    /// <summary>The proxy URI; an empty text takes it away.</summary>
    public string? ProxyUri { get; init; }

    /// <summary>Whether it is connected when the machine is switched on; true for a new port.</summary>
    public bool? StartConnected { get; init; }

    /// <summary>Whether the guest may connect and disconnect it; true for a new port.</summary>
    public bool? AllowGuestControl { get; init; }

    /// <summary>Whether a guest that polls gives the processor away; true for a new port.</summary>
    public bool? YieldOnPoll { get; init; }

    /// <summary>Whether only ports that lost their connection are meant; for <see cref="PortAction.Connect"/>.</summary>
    public bool OnlyLost { get; init; }

    /// <summary>Whether every port of the machine is meant, where <see cref="Which"/> is null; for all but adding.</summary>
    public bool All { get; init; }
}
