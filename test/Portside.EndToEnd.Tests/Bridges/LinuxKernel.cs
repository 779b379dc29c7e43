using Portside.EndToEnd.Tests.Processes;

namespace Portside.EndToEnd.Tests.Bridges;

/// <summary>Debian's kernel and a system of a few files that it boots: it talks on its first serial port, logs in there, and echoes on its second.</summary>
internal static class LinuxKernel
{
    // From there on the kernel is silent on the console: on a slow machine "crng init done" comes late, amid what a test says.
    private const string Start = """
        #!/bin/busybox sh
        /bin/busybox --install -s /bin
        export PATH=/bin
        dmesg -n 1
        mount -t proc proc /proc
        mount -t sysfs sys /sys
        mount -t devtmpfs dev /dev
        hostname guest

        """;

    private const string TalkAndEcho = """
        i=1
        while [ $i -le 500 ]; do echo "boot message $i of 500"; i=$((i + 1)); done >/dev/console
        stty -F /dev/ttyS1 raw -echo
        (while :; do cat </dev/ttyS1 >/dev/ttyS1; sleep 1; done) &

        """;

    private const string InitTable = """
        ::respawn:/bin/getty -L 115200 ttyS0 vt100

        """;

    /// <summary>Where <c>test.sh</c> puts the kernel.</summary>
    public static string Path
    {
        get
        {
            var path = System.IO.Path.Combine(Executable.Repository, "artifacts", "linux", "vmlinuz");
            if (!File.Exists(path))
                Assert.Fail($"There is no kernel at {path}. ./test.sh fetches Debian's.");
            return path;
        }
    }

    /// <summary>Makes the initial file system.</summary>
    /// <param name="directory">An empty directory to work in.</param>
    /// <param name="isPlain">Whether it has one serial port and no more to say than a kernel has.</param>
    /// <returns>The path of the archive.</returns>
    public static async Task<string> MakeInitialFilesAsync(string directory, bool isPlain = false)
    {
        var root = Directory.CreateDirectory(System.IO.Path.Combine(directory, "root")).FullName;
        foreach (var name in (string[])["bin", "dev", "proc", "sys", "etc", "root"])
            Directory.CreateDirectory(System.IO.Path.Combine(root, name));
        File.Copy(Tool.Path("busybox", "busybox-static"), System.IO.Path.Combine(root, "bin", "busybox"));
        await File.WriteAllTextAsync(System.IO.Path.Combine(root, "init"), (Start + (isPlain ? "" : TalkAndEcho) + "exec init\n").ReplaceLineEndings("\n"));
        await File.WriteAllTextAsync(System.IO.Path.Combine(root, "etc", "passwd"), "root::0:0:root:/root:/bin/sh\n");
        await File.WriteAllTextAsync(System.IO.Path.Combine(root, "etc", "inittab"), InitTable.ReplaceLineEndings("\n"));
        Tool.Path("cpio", "cpio");
        (await ChildProcess.RunAsync(
            "/bin/sh", ["-c", "chmod 755 init && find . | cpio --create --format=newc --quiet | gzip -1 >../initial.gz"], directory: root)).Succeeded();
        return System.IO.Path.Combine(directory, "initial.gz");
    }
}
