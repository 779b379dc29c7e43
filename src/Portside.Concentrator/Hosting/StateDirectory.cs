namespace Portside.Concentrator.Hosting;

/// <summary>The directory for what must survive a restart. It holds a private key: only its owner may look in.</summary>
internal static class StateDirectory
{
    internal const UnixFileMode OwnerDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    internal const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes the directory where it is missing, and finds out now rather than later whether files can be made in it.</summary>
    /// <param name="path">The directory; a missing one is made with mode 0700.</param>
    /// <exception cref="StateDirectoryException">It cannot be made or written.</exception>
    internal static void Prepare(string path)
    {
        try
        {
            Probe(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateDirectoryException(
                $"The state directory {path} cannot be written: {e.Message} "
                + $"Make it writable for the user {Environment.UserName}, or name another one (--state DIR, or 'state' in the configuration).", e);
        }
    }

    /// <summary>The same for the directory of the logs: what cannot be written at the start was meant otherwise.</summary>
    /// <param name="path">The directory; a missing one is made with mode 0700.</param>
    /// <exception cref="StateDirectoryException">It cannot be made or written.</exception>
    internal static void PrepareLogs(string path)
    {
        try
        {
            Probe(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateDirectoryException(
                $"The log directory {path} cannot be written: {e.Message} "
                + $"Make it writable for the user {Environment.UserName}, name another one (--log-directory DIR, or 'log.directory' in the configuration), "
                + "or serve without logs (log.enabled: false).", e);
        }
    }

    /// <summary>Makes a directory where it is missing, and a file in it, which is deleted again.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    internal static void Probe(string path)
    {
        MakeDirectory(path);
        var probe = Path.Combine(path, $".probe-{Environment.ProcessId}");
        using (Create(probe, FileMode.Create))
        {
        }

        File.Delete(probe);
    }

    internal static void MakeDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerDirectory);
    }

    /// <summary>Opens a file for writing that nobody but its owner may read, from its first moment on.</summary>
    internal static FileStream Create(string path, FileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerFile;
        return new FileStream(path, options);
    }
}
