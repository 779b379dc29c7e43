namespace Portside.Demo;

/// <summary>What a demonstration came to.</summary>
internal sealed record DemoResult
{
    /// <summary>How long it ran, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Ports that machines connected.</summary>
    public required int Ports { get; init; }

    /// <summary>vMotions completed.</summary>
    public required int Migrations { get; init; }

    /// <summary>vMotions that did not complete; their machines stayed where they were.</summary>
    public required int FailedMigrations { get; init; }

    /// <summary>Serial bytes that machines sent.</summary>
    public required long BytesFromMachines { get; init; }

    /// <summary>Serial bytes that machines were sent.</summary>
    public required long BytesToMachines { get; init; }

    /// <summary>Numbered records that never came, in either direction.</summary>
    public required long Lost { get; init; }

    /// <summary>Numbered records that came twice, in either direction.</summary>
    public required long Duplicated { get; init; }

    /// <summary>Longest wait of a machine for GOAHEAD, in milliseconds; null without a vMotion.</summary>
    public double? SlowestGoAheadMilliseconds { get; init; }

    /// <summary>Longest stand-still of a machine during a vMotion, in milliseconds; null without a vMotion.</summary>
    public double? LongestDowntimeMilliseconds { get; init; }
}
