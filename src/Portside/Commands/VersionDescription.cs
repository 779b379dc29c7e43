namespace Portside.Commands;

/// <summary>Which version this is, as <c>version -o json</c> shows it.</summary>
/// <param name="Version">The program's version.</param>
/// <param name="Runtime">The runtime it was built with.</param>
/// <param name="Platform">What it was built for.</param>
internal sealed record VersionDescription(string Version, string Runtime, string Platform);
