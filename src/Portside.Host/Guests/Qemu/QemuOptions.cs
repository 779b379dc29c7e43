using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Portside.Host.Guests.Qemu;

/// <summary>A machine in QEMU.</summary>
public sealed record QemuOptions
{
    private static readonly string[] Keys = ["kernel", "initrd", "disk", "append", "memory", "cpus", "accel", "program"];

    /// <summary>The kernel to boot; null to boot from <see cref="Disk"/>.</summary>
    public string? Kernel { get; init; }

    /// <summary>Its initial file system; null for none.</summary>
    public string? InitialFiles { get; init; }

    /// <summary>The image of its disk, raw, or qcow2 by its ending; null for none. Both hosts of a vMotion have it: it is not copied.</summary>
    public string? Disk { get; init; }

    /// <summary>The kernel's command line; null for none.</summary>
    public string? CommandLine { get; init; }

    /// <summary>Its memory, in MiB; default 256.</summary>
    public int MemoryMiB { get; init; } = 256;

    /// <summary>Its processors; default 1.</summary>
    public int Processors { get; init; } = 1;

    /// <summary>Whether the host's processor runs it (KVM); default false: in software, which works everywhere.</summary>
    public bool UseKvm { get; init; }

    /// <summary>QEMU itself; default <c>qemu-system-x86_64</c>, searched for as a shell does.</summary>
    public string Program { get; init; } = "qemu-system-x86_64";

    /// <summary>Reads options.</summary>
    /// <param name="words">Such as <c>kernel=/boot/vmlinuz</c>.</param>
    /// <param name="options">The options.</param>
    /// <param name="error">What is wrong with which.</param>
    /// <returns>False when they are none.</returns>
    public static bool TryParse(
        IReadOnlyList<string> words, [NotNullWhen(true)] out QemuOptions? options, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(words);
        (options, error) = (null, null);
        var read = new QemuOptions();
        foreach (var word in words)
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var (key, value) = equals < 0 ? (word, "") : (word[..equals], word[(equals + 1)..]);
            switch (key)
            {
                case "kernel":
                    read = read with { Kernel = value };
                    break;
                case "initrd":
                    read = read with { InitialFiles = value };
                    break;
                case "disk":
                    read = read with { Disk = value };
                    break;
                case "append":
                    read = read with { CommandLine = value };
                    break;
                case "program":
                    read = read with { Program = value };
                    break;
                case "memory" when TryReadMemory(value, out var memory):
                    read = read with { MemoryMiB = memory };
                    break;
                case "cpus" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var processors) && processors is > 0 and <= 64:
                    read = read with { Processors = processors };
                    break;
                case "accel" when value is "tcg" or "kvm":
                    read = read with { UseKvm = value == "kvm" };
                    break;
                case "accel" when value.Length > 0:
                    error = $"'{value}' is not what QEMU runs machines with: tcg (in software) and kvm are.";
                    return false;
                case "memory" or "cpus":
                    error = $"'{value}' is not a number for {key}: memory=512M and cpus=2 are such.";
                    return false;
                default:
                    error = $"'{key}' means nothing to a QEMU machine; {string.Join(", ", Keys)} do.";
                    return false;
            }

            if (value.Length == 0)
            {
                error = $"'{key}' has no value: write {key}=VALUE.";
                return false;
            }
        }

        if (read.Kernel is null && read.Disk is null)
        {
            error = "A QEMU machine boots a kernel or a disk: write qemu:kernel=/boot/vmlinuz append=\"console=ttyS0\" or qemu:disk=/path/image.qcow2.";
            return false;
        }

        options = read;
        return true;
    }

    /// <summary>What QEMU is started with.</summary>
    /// <param name="directory">Where its console and its control socket are.</param>
    /// <param name="incoming">Whether it waits for another one's state there.</param>
    internal IReadOnlyList<string> Arguments(string directory, bool incoming)
    {
        var arguments = new List<string>
        {
            "-accel", UseKvm ? "kvm" : "tcg",
            "-smp", Processors.ToString(CultureInfo.InvariantCulture),
            "-m", string.Create(CultureInfo.InvariantCulture, $"{MemoryMiB}M"),
            "-nodefaults", "-no-user-config", "-display", "none", "-monitor", "none",
            "-chardev", $"pipe,id=com1,path={directory}/console", "-serial", "chardev:com1",
            "-qmp", $"unix:{directory}/control,server=on,wait=off",
        };
        void Add(string option, string? value)
        {
            if (value is not null)
                arguments.AddRange([option, value]);
        }

        Add("-kernel", Kernel);
        Add("-initrd", InitialFiles);
        Add("-append", CommandLine);
        if (Disk is { } disk)
        {
            var format = disk.EndsWith(".qcow2", StringComparison.OrdinalIgnoreCase) ? "qcow2" : "raw";
            Add("-drive", $"file={disk.Replace(",", ",,", StringComparison.Ordinal)},if=virtio,format={format}");
        }

        if (incoming)
            Add("-incoming", $"unix:{directory}/state");
        return arguments;
    }

    private static bool TryReadMemory(string text, out int mebibytes)
    {
        var factor = text.EndsWith('G') ? 1024 : 1;
        return int.TryParse(text.TrimEnd('M', 'G'), NumberStyles.None, CultureInfo.InvariantCulture, out mebibytes)
            && mebibytes > 0 && (mebibytes *= factor) is > 0 and <= 1024 * 1024;
    }
}
