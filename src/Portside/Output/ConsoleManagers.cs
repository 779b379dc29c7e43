using System.Text;
using Portside.Api.Contracts;

namespace Portside.Output;

/// <summary>Ports as console managers want them written. Each runs <c>portside pipe</c>, which needs no port of its own and finds its machine by UUID.</summary>
internal static class ConsoleManagers
{
    private const int LongestName = 60;

    /// <summary>For conserver.cf.</summary>
    /// <param name="ports">The ports.</param>
    /// <param name="command">What runs portside against this server, without blanks in its words.</param>
    /// <returns>A default and one console for each port.</returns>
    public static string Conserver(IReadOnlyList<PortDescription> ports, string command)
    {
        var text = new StringBuilder();
        text.Append(
            """
            # Ports of Portside. Made by: portside export conserver
            default portside {
                type exec;
                master localhost;
                options autoreinit, reinitoncc, !ixon, !ixoff;
                rw *;
            }

            """);
        foreach (var (name, port) in Named(ports))
            text.Append($"console {name} {{ include portside; exec \"{command} pipe {port.Id} --name conserver\"; }}\n");
        return text.ToString();
    }

    /// <summary>For conman.conf.</summary>
    /// <param name="ports">The ports.</param>
    /// <param name="command">What runs portside against this server, without blanks in its words.</param>
    /// <returns>One console for each port.</returns>
    public static string Conman(IReadOnlyList<PortDescription> ports, string command)
    {
        var text = new StringBuilder("# Ports of Portside. Made by: portside export conman\n");
        foreach (var (name, port) in Named(ports))
            text.Append($"console name=\"{name}\" dev=\"{command} pipe {port.Id} --name conman\"\n");
        return text.ToString();
    }

    /// <summary>Names that mean nothing to any manager's syntax, each once: what a machine calls itself is its own affair.</summary>
    private static IEnumerable<(string Name, PortDescription Port)> Named(IEnumerable<PortDescription> ports)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var port in ports.OrderBy(port => port.Name ?? "~", StringComparer.OrdinalIgnoreCase).ThenBy(port => port.Id, StringComparer.Ordinal))
        {
            var name = port.Name is null ? "" : Safe(port.Label is null ? port.Name : $"{port.Name}.{port.Label}");
            if (name.Length == 0 || !char.IsAsciiLetterOrDigit(name[0]) || !taken.Add(name))
                taken.Add(name = Safe(port.Id));
            yield return (name, port);
        }
    }

    private static string Safe(string name)
    {
        var safe = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_'));
        return safe.Length > LongestName ? safe[..LongestName] : safe;
    }
}
