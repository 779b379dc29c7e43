using System.CommandLine;
using System.CommandLine.Completions;
using Portside.Api.Remote;
using Portside.Output;

namespace Portside.Commands;

/// <summary>The port a verb is about.</summary>
internal sealed class PortArgument : Argument<string?>
{
    // A shell that waits for us on Tab should not notice it.
    private static readonly TimeSpan CompleteWithin = TimeSpan.FromMilliseconds(700);

    /// <summary>A PORT argument that completes the names and ids the server knows.</summary>
    /// <param name="global">Where the server is.</param>
    /// <param name="isOptional">Whether it may be left out.</param>
    /// <param name="name">How the help calls it.</param>
    /// <param name="description">One line for the help; null for the usual one.</param>
    public PortArgument(GlobalOptions global, bool isOptional = false, string name = "PORT", string? description = null)
        : base(name)
    {
        Description = description ?? "A virtual machine's name, or its port's id, UUID or a unique beginning of it.";
        HelpName = name; // Else the help lists every port of the server.
        Arity = isOptional ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne;
        CompletionSources.Add(context => Complete(global, context, NamesAsync));
    }

    /// <summary>What the server knows, for a shell that completes; nothing where it does not answer at once.</summary>
    /// <param name="global">Where the server is.</param>
    /// <param name="context">What was typed.</param>
    /// <param name="ask">Asks the server.</param>
    /// <returns>The words.</returns>
    internal static List<string> Complete(
        GlobalOptions global, CompletionContext context, Func<ApiClient, CancellationToken, Task<IEnumerable<string>>> ask)
    {
        try
        {
            using var patience = new CancellationTokenSource(CompleteWithin, global.Caller.Clock);
            using var api = global.Connect(context.ParseResult);
            return [.. Task.Run(() => ask(api, patience.Token)).GetAwaiter().GetResult()];
        }
        catch (Exception e) when (e is ApiException or CommandFailure or OperationCanceledException)
        {
            return [];
        }
    }

    // Names with blanks are left out: every shell quotes them differently, and the id does as well.
    private static async Task<IEnumerable<string>> NamesAsync(ApiClient api, CancellationToken patience) =>
        (await api.GetPortsAsync(patience)).SelectMany(p => new[] { p.Name is null ? null : PortTables.Title(p), p.Uuid }).OfType<string>()
            .Where(w => w.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')).Distinct();
}
