namespace Portside.VSphere.Client;

/// <summary>The session ended and there is a new one: views, filters, collectors and pages of the old one are gone.</summary>
internal sealed class SessionRenewedException() : Exception("The session was renewed.");
