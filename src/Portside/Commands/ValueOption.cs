using System.CommandLine;
using System.CommandLine.Parsing;
using Portside.Configuration.Syntax;

namespace Portside.Commands;

/// <summary>Options and arguments that are written as in the configuration and complain in the same words.</summary>
internal static class ValueOption
{
    /// <summary>An option with a value.</summary>
    /// <typeparam name="T">What the value means.</typeparam>
    /// <param name="name">With its dashes.</param>
    /// <param name="syntax">How it is written.</param>
    /// <param name="description">One line for the help.</param>
    /// <param name="valueName">How the help calls the value.</param>
    /// <param name="aliases">Shorter names.</param>
    /// <returns>The option.</returns>
    public static Option<T?> Of<T>(string name, ValueSyntax<T> syntax, string description, string valueName, params string[] aliases)
        where T : struct => new(name, aliases)
        {
            Description = description,
            HelpName = valueName,

            // Else a word that is no boolean would be taken for an argument.
            Arity = ArgumentArity.ExactlyOne,
            CustomParser = result => Read(result, syntax, name),
        };

    /// <summary>An option with a word from a short list, which completion knows as well.</summary>
    /// <typeparam name="T">What the words mean.</typeparam>
    /// <param name="name">With its dashes.</param>
    /// <param name="syntax">The words.</param>
    /// <param name="description">One line for the help.</param>
    /// <param name="valueName">How the help calls the value.</param>
    /// <param name="aliases">Shorter names.</param>
    /// <returns>The option.</returns>
    public static Option<T?> Choice<T>(string name, ChoiceSyntax<T> syntax, string description, string valueName, params string[] aliases)
        where T : struct
    {
        var option = Of(name, syntax, $"{description} One of {string.Join(", ", syntax.Words)}.", valueName, aliases);
        option.CompletionSources.Clear();
        option.CompletionSources.Add([.. syntax.Words]);
        return option;
    }

    private static T? Read<T>(ArgumentResult result, ValueSyntax<T> syntax, string name)
        where T : struct
    {
        if (result.Tokens.Count != 1)
            return null;
        if (syntax.Read(result.Tokens[0].Value, out var value) is not { } complaint)
            return value;
        result.AddError($"{name}: {complaint}");
        return null;
    }
}
