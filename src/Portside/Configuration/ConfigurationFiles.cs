using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Portside.Files;

namespace Portside.Configuration;

/// <summary>What is wrong with the files that the configuration names, beyond what keeps the program from starting.</summary>
/// <remarks>
/// A vSphere that cannot be followed disturbs no console, so <c>serve</c> begins without these files, and reads them at each login;
/// whoever asks whether the configuration is right is to know.
/// </remarks>
internal static class ConfigurationFiles
{
    /// <summary>Opens them, as the person who runs this.</summary>
    /// <param name="loaded">What was configured.</param>
    /// <returns>What is wrong, each blamed on the key that names the file.</returns>
    public static IEnumerable<ConfigMistake> Check(LoadedConfiguration loaded)
    {
        var (vsphere, vm) = (loaded.Options.VSphere, loaded.Options.Concentrator.Vm);
        if (vsphere.PasswordFile is { } password)
        {
            if (Read(password, out var complaint) is { } text && text.TrimEnd('\r', '\n').Length == 0)
                complaint = $"{password} is empty, and the password is expected there";
            foreach (var mistake in Of("vsphere.passwordFile", complaint, OpenTo(password, "the password")))
                yield return mistake;
        }

        if (vsphere.CaFile is { } authorities)
        {
            if (Read(authorities, out var complaint) is { } text && !HoldsCertificates(text))
                complaint = $"{authorities} holds no certificates in PEM";
            foreach (var mistake in Of("vsphere.caFile", complaint))
                yield return mistake;
        }

        // Whether they are there, and belong together, is seen at each start.
        if ((vm.Key ?? vm.Certificate) is { } key)
        {
            foreach (var mistake in Of(vm.Key is null ? "vm.certificate" : "vm.key", OpenTo(key, "the private key")))
                yield return mistake;
        }

        IEnumerable<ConfigMistake> Of(string key, params string?[] complaints) =>
            complaints.OfType<string>().Select(complaint => new ConfigMistake(loaded.Origins[key], $"{key}: {complaint}"));
    }

    private static string? Read(string path, out string? complaint)
    {
        complaint = null;
        try
        {
            return RegularFile.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            complaint = $"there is no file {path}";
        }
        catch (UnauthorizedAccessException)
        {
            complaint = $"{path} may not be read by {Environment.UserName}";
        }
        catch (IOException e)
        {
            complaint = $"{path} cannot be read: {e.Message.TrimEnd('.')}";
        }

        return null;
    }

    private static string? OpenTo(string path, string what) =>
        !OperatingSystem.IsWindows() && File.Exists(path) && (File.GetUnixFileMode(path) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) is not UnixFileMode.None and var mode
            ? $"{path} may be {(mode.HasFlag(UnixFileMode.OtherRead) ? "read" : "written")} by everybody on this computer, and {what} is in it; chmod o-rw {Output.ShellWord.Of(path)}"
            : null;

    private static bool HoldsCertificates(string text)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(text);
            return found.Count > 0;
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            foreach (var certificate in found)
                certificate.Dispose();
        }
    }
}
