using System.Text;
using Portside.Commands;
using Portside.Configuration;
using Portside.Files;
using Portside.Lines.Uris;
using Portside.Output;

namespace Portside.Contexts;

/// <summary>The file with a person's contexts, <c>~/.config/portside/config.yaml</c>; it holds no password.</summary>
/// <remarks>
/// <code>
/// current: lab
/// contexts:
///   lab:
///     server: http://127.0.0.1:13371
///     vsphere:
///       url: https://vcenter.lab.example/sdk
///       user: portside@vsphere.local
///       passwordCommand: pass show vcenter/lab
/// </code>
/// </remarks>
internal sealed class ContextFile
{
    private const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnDirectory = OwnFile | UnixFileMode.UserExecute;

    private readonly string? _path;
    private readonly List<Context> _contexts = [];

    private ContextFile(string? path) => _path = path;

    /// <summary>All contexts, in the order of the file.</summary>
    public IReadOnlyList<Context> Contexts => _contexts;

    /// <summary>Name of the one that is taken where nobody says another; null for none.</summary>
    public string? Current { get; set; }

    /// <summary>Where it is.</summary>
    /// <exception cref="CommandFailure">There is no home for it.</exception>
    public string Path => _path ?? throw new CommandFailure(ExitCode.Usage, "there is no directory for contexts: neither XDG_CONFIG_HOME nor HOME is set");

    /// <summary>Where somebody's contexts are.</summary>
    /// <param name="environment">Environment variables.</param>
    /// <returns>The file; null where there is no home to keep it in.</returns>
    public static string? PathOf(IReadOnlyDictionary<string, string> environment)
    {
        // The base directory specification: a relative path is to be ignored.
        if (environment.GetValueOrDefault("XDG_CONFIG_HOME") is { } given && System.IO.Path.IsPathRooted(given))
            return System.IO.Path.Combine(given, "portside", "config.yaml");
        if (OperatingSystem.IsWindows())
            return environment.GetValueOrDefault("APPDATA") is { Length: > 0 } roaming ? System.IO.Path.Combine(roaming, "portside", "config.yaml") : null;
        return environment.GetValueOrDefault("HOME") is { Length: > 0 } home ? System.IO.Path.Combine(home, ".config", "portside", "config.yaml") : null;
    }

    /// <summary>Reads somebody's contexts.</summary>
    /// <param name="environment">Environment variables, for the place.</param>
    /// <returns>The file; without contexts where there is none.</returns>
    /// <exception cref="CommandFailure">It has mistakes, each told with its place, or others may write it.</exception>
    public static ContextFile Load(IReadOnlyDictionary<string, string> environment)
    {
        var file = new ContextFile(PathOf(environment));
        if (file._path is not { } path || !File.Exists(path))
            return file;

        // Who may write it may have commands run, by passwordCommand.
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
            throw new CommandFailure(ExitCode.Usage, $"{path} may be written by others, and it can name commands that are run", $"chmod go-w {ShellWord.Of(path)}");
        if (FileTrust.Complaint(path) is var (what, next))
            throw new CommandFailure(ExitCode.Usage, what, next);
        var mistakes = new YamlMistakes(path);
        file.Read(path, mistakes);
        return mistakes.Count == 0 ? file : throw new CommandFailure(ExitCode.Usage, string.Join('\n', mistakes), $"mend {path}; what may be there is in docs/contexts.md");
    }

    /// <summary>The context of a name.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The context.</returns>
    /// <exception cref="CommandFailure">There is none.</exception>
    public Context Find(string name) => _contexts.FirstOrDefault(one => one.Name == name) ?? throw new CommandFailure(
        ExitCode.NotFound,
        $"there is no context '{name}'" + (
            Spelling.Nearest(name, _contexts.Select(one => one.Name)) is { } near ? $"; did you mean {near}?"
            : _contexts.Count > 0 ? $"; there are {string.Join(", ", _contexts.Select(one => one.Name))}"
            : ""),
        _contexts.Count > 0 ? "portside context ls" : $"portside context set {ShellWord.Of(name)} --server URL --vcenter URL --user NAME");

    /// <summary>Adds a context, or takes it for the one of the same name.</summary>
    public void Put(Context context)
    {
        var at = _contexts.FindIndex(one => one.Name == context.Name);
        if (at < 0)
            _contexts.Add(context);
        else
            _contexts[at] = context;
    }

    /// <summary>Removes a context; whoever is current then is nobody.</summary>
    public void Remove(Context context)
    {
        _contexts.Remove(context);
        if (Current == context.Name)
            Current = null;
    }

    /// <summary>Writes it, so that whoever reads it meanwhile finds the old or the new one, whole.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save()
    {
        // Where dotfiles are kept elsewhere, what stands here is a link, and is to stay one.
        var path = new FileInfo(Path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : Path;
        var directory = System.IO.Path.GetDirectoryName(path)!;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, OwnDirectory);
            options.UnixCreateMode = OwnFile;
        }

        var next = System.IO.Path.Combine(directory, $".{System.IO.Path.GetFileName(path)}.{System.IO.Path.GetRandomFileName()}");
        try
        {
            using (var stream = new FileStream(next, options))
            {
                stream.Write(Encoding.UTF8.GetBytes(Text()));
                stream.Flush(flushToDisk: true);
            }

            File.Move(next, path, overwrite: true);
        }
        finally
        {
            File.Delete(next);
        }
    }

    private string Text()
    {
        var text = new StringBuilder("# Written by portside context; passwords do not belong here.\n");
        if (Current is not null)
            text.Append("current: ").Append(YamlText.Scalar(Current)).Append('\n');
        text.Append(_contexts.Count > 0 ? "contexts:\n" : "contexts: {}\n");
        foreach (var context in _contexts)
        {
            text.Append("  ").Append(YamlText.Scalar(context.Name)).Append(ContextKey.All.Any(key => key.Get(context) is not null) ? ":\n" : ": {}\n");
            string? section = null;
            foreach (var key in ContextKey.All)
            {
                if (key.Get(context) is not { } value)
                    continue;
                if (key.Section != section)
                    text.Append("    ").Append(section = key.Section).Append(":\n");
                text.Append(' ', section is null ? 4 : 6).Append(key.Name).Append(": ").Append(YamlText.Scalar(value)).Append('\n');
            }
        }

        return text.ToString();
    }

    private void Read(string path, YamlMistakes mistakes)
    {
        var root = YamlFile.Read(path, mistakes.Add);
        if (root is null or YamlNode.Scalar { IsNull: true })
            return;
        if (root is not YamlNode.Mapping top)
        {
            mistakes.Add(root, "keys such as 'contexts:' are expected at the top");
            return;
        }

        YamlNode? current = null;
        foreach (var (value, name) in mistakes.Entries(top, ["current", "contexts"]))
        {
            if (value is YamlNode.Scalar { IsNull: true })
                continue;
            if (name == "current")
                current = value;
            else if (value is YamlNode.Mapping contexts)
                ReadContexts(contexts, mistakes);
            else
                mistakes.Add(value, "names of contexts are expected below 'contexts'");
        }

        if (current is null)
            return;
        if (current is not YamlNode.Scalar { Text: var chosen })
            mistakes.Add(current, "current: the name of a context is expected");
        else if (mistakes.Count == 0 && !_contexts.Exists(one => one.Name == chosen))
            mistakes.Add(current, $"current: there is no context '{chosen}'");
        else
            Current = chosen;
    }

    private void ReadContexts(YamlNode.Mapping contexts, YamlMistakes mistakes)
    {
        string[] names = [.. contexts.Entries.Select(entry => (entry.Key as YamlNode.Scalar)?.Text).OfType<string>()];
        foreach (var (value, name) in mistakes.Entries(contexts, names))
        {
            if (ContextKey.ReadName(name) is { } complaint)
                mistakes.Add(value, complaint);
            var context = new Context(name);
            if (value is YamlNode.Mapping mapping)
                context = ReadKeys(context, mapping, section: null, mistakes);
            else if (value is not YamlNode.Scalar { IsNull: true })
                mistakes.Add(value, $"keys such as 'server:' and 'vsphere:' are expected below '{name}'");
            if (mistakes.Count == 0 && context.Complaint is { } whole)
                mistakes.Add(value, $"{name}: {whole}");
            _contexts.Add(context);
        }
    }

    private static Context ReadKeys(Context context, YamlNode.Mapping mapping, string? section, YamlMistakes mistakes)
    {
        foreach (var (key, _) in mapping.Entries)
        {
            if (key is YamlNode.Scalar { Text: "password" })
            {
                mistakes.Add(key, "passwords do not belong into this file: passwordFile names a file that holds it, passwordCommand a command that prints it; without both it is asked for");
                return context;
            }
        }

        var known = ContextKey.All.Where(key => key.Section == section).ToDictionary(key => key.Name, StringComparer.Ordinal);
        foreach (var (value, name) in mistakes.Entries(mapping, [.. known.Keys, .. section is null ? [ContextKey.VSphere] : Array.Empty<string>()]))
        {
            if (value is YamlNode.Scalar { IsNull: true })
                continue;
            if (!known.TryGetValue(name, out var key))
            {
                if (value is YamlNode.Mapping below)
                    context = ReadKeys(context, below, name, mistakes);
                else
                    mistakes.Add(value, $"'{name}' is a section; keys are expected below it");
            }
            else if (value is not YamlNode.Scalar { Text: var text })
            {
                mistakes.Add(value, $"{key.Path}: one value is expected");
            }
            else if (key.Read(text) is { } complaint)
            {
                mistakes.Add(value, $"{key.Path}: {complaint}");
            }
            else
            {
                context = key.With(context, text.Trim());
            }
        }

        return context;
    }
}
