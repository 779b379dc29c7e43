namespace Portside.Hosting;

/// <summary>A method of the vSphere API that <c>portside host</c> has.</summary>
/// <param name="Type">Type of the objects that have it.</param>
/// <param name="Method">Its name.</param>
/// <param name="Privilege">What its caller needs.</param>
internal sealed record MethodDescription(string Type, string Method, string Privilege);
