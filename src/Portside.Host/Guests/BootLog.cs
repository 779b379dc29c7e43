using System.Globalization;

namespace Portside.Host.Guests;

/// <summary>The boot log of a system that does not exist: <c>Quay</c>, a small relative of Linux.</summary>
internal static class BootLog
{
    /// <summary>The system's version.</summary>
    public const string Version = "1.4.2";

    /// <summary>The kernel's line in <c>uname -a</c> and at the head of the log.</summary>
    public const string Build = "#7 SMP PREEMPT_DYNAMIC";

    /// <summary>The log's lines with their times since start.</summary>
    /// <param name="seed">What it makes up.</param>
    /// <param name="hostName">The machine's name.</param>
    /// <returns>In order of time.</returns>
    public static IReadOnlyList<(TimeSpan At, string Text)> Lines(int seed, string hostName)
    {
        var chance = new Random(seed);
        var memory = 512 << chance.Next(4);
        var cpus = 1 << chance.Next(4);
        var mac = string.Create(CultureInfo.InvariantCulture, $"00:50:56:{chance.Next(64):x2}:{chance.Next(256):x2}:{chance.Next(256):x2}");
        string[] texts =
        [
            $"Quay version {Version} ({Build})",
            "Command line: root=/dev/sda1 ro console=tty0 console=ttyS0,115200n8",
            "BIOS-provided physical RAM map:",
            "  mem 0x0000000000000000-0x000000000009fbff usable",
            $"  mem 0x0000000000100000-0x{((long)memory << 20) - 1:x16} usable",
            "Hypervisor detected: VMware",
            "clock: 24.000 MHz reference, calibration skipped",
            $"memory: {memory * 1024 - 31_744}K of {memory * 1024}K available",
            $"smp: bringing up {cpus} processor(s)",
            .. Enumerable.Range(0, cpus).Select(cpu => $"smp: processor {cpu} online"),
            "pci 0000:00:0f.0: display adapter, 4096 KiB",
            "pci 0000:03:00.0: vmxnet3 network adapter",
            "serial: ttyS0 at I/O 0x3f8 (irq 4) is a 16550A",
            "console [ttyS0] enabled",
            "random: generator seeded",
            "net: registered protocol families inet inet6 unix packet",
            $"vmxnet3 0000:03:00.0 eth0: address {mac}",
            "scsi host0: paravirtual, queue depth 64",
            $"sd 0:0:0:0: [sda] {chance.Next(8, 64)} GiB disk, write cache on",
            " sda: sda1 sda2",
            "quayfs (sda1): mounted read-only",
            "init: starting, runlevel 3",
            "quayfs (sda1): remounted read-write",
            "eth0: link up, 10000 Mbit/s",
            string.Create(CultureInfo.InvariantCulture, $"dhcp: eth0 leased 192.0.2.{chance.Next(2, 254)} for 86400 s"),
            "init: syslog started",
            "init: time synchronised",
            $"init: host name is {hostName}",
            "init: getty on ttyS0",
        ];

        var at = TimeSpan.Zero;
        var lines = new List<(TimeSpan, string)>(texts.Length);
        foreach (var text in texts)
        {
            lines.Add((at, text));
            at += TimeSpan.FromMicroseconds(chance.Next(300, 90_000));
        }

        return lines;
    }

    /// <summary>A line as the console shows it.</summary>
    /// <param name="at">Its time since start.</param>
    /// <param name="text">Its text.</param>
    /// <returns>Such as <c>[    0.412345] console [ttyS0] enabled</c>.</returns>
    public static string Format(TimeSpan at, string text) =>
        string.Create(CultureInfo.InvariantCulture, $"[{at.TotalSeconds,12:0.000000}] {text}");
}
