using System.Text;
using Portside.Configuration.Syntax;
using Portside.Files;
using YamlDotNet.Core;

namespace Portside.Configuration;

/// <summary>Reads a file into nodes that know their places; what makes it unreadable is a mistake like any other.</summary>
internal static class YamlFile
{
    private const long MaxFileBytes = 1024 * 1024;

    /// <summary>Reads a file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="complain">Takes what is wrong.</param>
    /// <returns>The root; null for a file without content, or one that cannot be read.</returns>
    public static YamlNode? Read(string path, Action<ConfigMistake> complain)
    {
        var place = new Origin(OriginKind.File, path);
        var text = "";
        try
        {
            if (Directory.Exists(path))
            {
                complain(new ConfigMistake(place, "is a directory; a file is expected"));
                return null;
            }

            // Neither a device nor a named pipe ends by itself.
            RegularFile.Check(path);
            using var stream = File.OpenRead(path);
            if (stream.CanSeek && stream.Length > MaxFileBytes)
            {
                complain(new ConfigMistake(place, $"is larger than {SizeSyntax.Any.Format(MaxFileBytes)}"));
                return null;
            }

            using var reader = new StreamReader(stream, new UTF8Encoding(true, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false);
            text = reader.ReadToEnd();
            return YamlTree.Read(text);
        }
        catch (YamlException e)
        {
            // For a tab, the commonest of them, the parser names the place where the section began.
            var tab = FindTab(text);
            complain(tab is var (line, column)
                ? new ConfigMistake(new Origin(OriginKind.File, path, line, column), "not YAML: a tab in the indentation; use blanks")
                : new ConfigMistake(new Origin(OriginKind.File, path, e.Start.Line, e.Start.Column), $"not YAML: {e.Message.TrimEnd('.')}"));
        }
        catch (DecoderFallbackException)
        {
            complain(new ConfigMistake(place, "is not UTF-8 text"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            complain(new ConfigMistake(place, e is FileNotFoundException or DirectoryNotFoundException
                ? "there is no such file"
                : $"cannot be read: {e.Message.TrimEnd('.')}"));
        }

        return null;
    }

    private static (long Line, long Column)? FindTab(string text)
    {
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            var indent = line[..^line.TrimStart(" \t").Length];
            if (indent.IndexOf('\t') is var at and >= 0 && indent.Length < line.Length)
                return (number, at + 1);
        }

        return null;
    }
}
