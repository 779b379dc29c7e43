namespace Portside.Contexts;

/// <summary>The context that holds for a command.</summary>
/// <param name="Context">The context.</param>
/// <param name="IsNamed">Whether the command line names it: then it says more than the environment does.</param>
internal sealed record ChosenContext(Context Context, bool IsNamed)
{
    /// <summary>How it is called where the origin of a value is told.</summary>
    public string From => $"context {Context.Name}";
}
