namespace Portside.Api.Contracts;

/// <summary>A remote system that is dialled, or listened for, on a port's behalf.</summary>
internal sealed record RemoteDescription
{
    /// <summary>What is to be reached, as the service URI or the cable has it, without certificates.</summary>
    public required string Uri { get; init; }

    /// <summary><c>dialling</c>, <c>waiting</c> (for the next attempt), <c>connected</c>, <c>listening</c> or <c>idle</c>.</summary>
    public required string State { get; init; }

    /// <summary>Where it is connected to, or listened for; null where neither.</summary>
    public string? Address { get; init; }

    /// <summary>What the last attempt failed of, or who is connected; null where there is nothing to say.</summary>
    public string? Detail { get; init; }

    /// <summary>When the state began.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Connections so far.</summary>
    public int Connections { get; init; }
}
