using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using Portside.Output;

namespace Portside.Commands;

/// <summary><c>portside version</c>.</summary>
internal sealed class VersionCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public VersionCommand(GlobalOptions global)
        : base("version", "Show which version this is.")
    {
        SetAction(arguments =>
        {
            var version = new VersionDescription(
                Current, RuntimeInformation.FrameworkDescription, RuntimeInformation.RuntimeIdentifier);
            if (global.Format(arguments) is var format and not OutputFormat.Table)
                ResultText.Write(global.Caller, format, version, CommandJson.Default.VersionDescription);
            else
                global.Caller.Out.WriteLine($"portside {Current}");
        });
    }

    /// <summary>The version of this program, without the revision it was built from.</summary>
    public static string Current { get; } =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
}
