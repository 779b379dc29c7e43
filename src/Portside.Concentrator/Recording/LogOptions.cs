namespace Portside.Concentrator.Recording;

/// <summary>Where and how much of every port is logged.</summary>
public sealed class LogOptions
{
    /// <summary>Whether ports are logged; default on.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Directory of the raw files; null: <c>log</c> in the state directory.</summary>
    public string? Directory { get; set; }

    /// <summary>Size at which a file is rotated, in bytes; default 64 MiB.</summary>
    public long MaxFileBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>Rotated files kept per port beside the current one; default 8.</summary>
    public int KeepFiles { get; set; } = 8;

    /// <summary>Time a flood waits for a slow disk before the log, not the console, loses bytes; default 1 s.</summary>
    public TimeSpan StallLimit { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Log files held open for writing at once, 2 or more; default 512, and an eighth of the process's limit or 4,096 at most.</summary>
    public int MaxOpenFiles { get; set; } = 512;
}
