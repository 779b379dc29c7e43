using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.Extensions.Logging;

namespace Portside.Tests;

/// <summary>The rules of the house that no compiler checks.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly Assembly[] Assemblies =
        [.. new[] { "Portside.Telnet", "Portside.Lines", "Portside.VSphere", "Portside.Concentrator", "Portside.Host", "portside" }.Select(Assembly.Load)];

    private static readonly string Root = FindRoot();

    /// <summary>
    /// References go one way. Host and Concentrator meet on the wire only, so that each is the other's honest test; so
    /// does what loads them.
    /// </summary>
    [Theory]
    [InlineData("src/Portside.Telnet")]
    [InlineData("src/Portside.Lines", "Portside.Telnet")]
    [InlineData("src/Portside.VSphere")]
    [InlineData("src/Portside.Concentrator", "Portside.Lines", "Portside.Telnet")]
    [InlineData("src/Portside.Host", "Portside.Lines", "Portside.Telnet", "Portside.VSphere")]
    [InlineData("src/Portside", "Portside.Lines", "Portside.Telnet", "Portside.Concentrator", "Portside.Host", "Portside.VSphere")]
    [InlineData("test/Portside.Testing", "Portside.Telnet")]
    [InlineData("test/Portside.Telnet.Tests", "Portside.Telnet", "Portside.Testing")]
    [InlineData("test/Portside.Lines.Tests", "Portside.Lines", "Portside.Telnet", "Portside.Testing")]
    [InlineData("test/Portside.VSphere.Tests", "Portside.VSphere", "Portside.Testing")]
    [InlineData("test/Portside.Concentrator.Tests", "Portside.Concentrator", "Portside.Lines", "Portside.Telnet", "Portside.Testing")]
    [InlineData("test/Portside.Host.Tests", "Portside.Host", "Portside.Lines", "Portside.Telnet", "Portside.Testing")]
    [InlineData("bench/Portside.Load", "Portside.Telnet")]
    public void A_project_references_only(string project, params string[] allowed)
    {
        var file = Path.Combine(Root, project, Path.GetFileName(project) + ".csproj");
        var references = XDocument.Load(file).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!));
        Assert.Empty(references.Except(allowed));
    }

    [Fact]
    public void Every_project_of_src_has_its_rule_above() => Assert.Empty(
        Directory.GetDirectories(Path.Combine(Root, "src"))
            .Select(directory => "src/" + Path.GetFileName(directory))
            .Except(typeof(ArchitectureTests).GetMethod(nameof(A_project_references_only))!
                .GetCustomAttributes<InlineDataAttribute>()
                .Select(row => (string)row.Data[0]!)));

    [Fact]
    public void The_protocol_is_bytes_in_and_tokens_out()
    {
        string[] shell = ["Socket", "Threading", "Logging", "Net.", "Hosting", "Pipelines", "IO.File"];
        var references = Assembly.Load("Portside.Telnet").GetReferencedAssemblies().Select(reference => reference.Name!);
        Assert.DoesNotContain(references, name => shell.Any(part => name.Contains(part, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_log_event_has_an_id_of_its_own()
    {
        var twice = LogEvents().GroupBy(log => log.Id).Where(group => group.Count() > 1);
        Assert.Empty(twice.Select(group => $"{group.Key}: {string.Join(", ", group.Select(log => log.Name))}"));
        Assert.NotEmpty(LogEvents());
    }

    [Fact]
    public void Every_log_event_has_an_id_of_its_folders_range() => Assert.Empty(
        LogEvents().Where(log => !Ranges(log.Folder).Any(range => log.Id >= range.Start.Value && log.Id < range.End.Value))
            .Select(log => $"{log.Name} has {log.Id}"));

    [Fact]
    public void Every_namespace_is_its_folder()
    {
        var wrong = new List<string>();
        foreach (var file in SourceFiles())
        {
            var folder = Path.GetRelativePath(Path.Combine(Root, "src"), Path.GetDirectoryName(file)!)
                .Replace(Path.DirectorySeparatorChar, '.');
            var space = NamespaceDeclaration().Match(File.ReadAllText(file));
            if (space.Success ? space.Groups[1].Value != folder : Path.GetFileName(file) != "Program.cs")
                wrong.Add($"{Path.GetRelativePath(Root, file)} declares {space.Groups[1].Value}");
        }

        Assert.Empty(wrong);
    }

    /// <summary>A port tells of its clients and migrations too, and those ids stay with their subject.</summary>
    private static Range[] Ranges(string folder) => folder switch
    {
        "Portside.Concentrator.Links" => [100..200],
        "Portside.Concentrator.Ports" => [200..300, 300..400, 400..500],
        "Portside.Concentrator.Clients" => [300..400],
        "Portside.Concentrator.Remotes" => [700..800],
        "Portside.Concentrator.Cables" => [800..900],
        "Portside.Concentrator.Guarding" => [900..1000],
        "Portside.Concentrator.Migration" => [400..500],
        "Portside.Concentrator.Recording" => [500..600],
        "Portside.Concentrator.Hosting" => [600..700],
        _ when folder.StartsWith("Portside.Lines", StringComparison.Ordinal) => [1200..1300],
        _ when folder.StartsWith("Portside.VSphere", StringComparison.Ordinal) => [1500..1600],
        _ when folder.StartsWith("Portside.Host.Api", StringComparison.Ordinal) => [1400..1500],
        _ when folder.StartsWith("Portside.Host.Inventory", StringComparison.Ordinal) => [1400..1500],
        _ when folder.StartsWith("Portside.Host", StringComparison.Ordinal) => [1000..2000],
        _ when !folder.StartsWith("Portside.Concentrator", StringComparison.Ordinal) => [2000..3000],
        _ => [],
    };

    private static (int Id, string Name, string Folder)[] LogEvents() =>
    [
        .. from assembly in Assemblies
           from type in assembly.GetTypes()
           from method in type.GetMethods(
               BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           let attribute = method.GetCustomAttribute<LoggerMessageAttribute>()
           where attribute is not null
           select (attribute.EventId, $"{type.FullName}.{method.Name}", type.Namespace ?? ""),
    ];

    private static IEnumerable<string> SourceFiles() =>
        Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/node_modules/", StringComparison.Ordinal));

    private static string FindRoot()
    {
        for (var directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (File.Exists(Path.Combine(directory, "Portside.slnx")))
                return directory;
        }

        throw new InvalidOperationException($"No Portside.slnx above {AppContext.BaseDirectory}.");
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceDeclaration();
}
