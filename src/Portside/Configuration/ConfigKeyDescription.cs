namespace Portside.Configuration;

/// <summary>A key, as <c>config keys -o json</c> shows it.</summary>
/// <param name="Key">Section and name.</param>
/// <param name="Default">Its default as in the file; null where nothing is set.</param>
/// <param name="Expected">What may be written.</param>
/// <param name="Variable">The environment variable that sets it.</param>
/// <param name="Option">The option that sets it, or null: <c>--set</c> does.</param>
/// <param name="Reload">Whether a reload applies it; otherwise it takes a restart.</param>
/// <param name="Meaning">What it is for.</param>
internal sealed record ConfigKeyDescription(
    string Key, string? Default, string Expected, string Variable, string? Option, bool Reload, string Meaning);
