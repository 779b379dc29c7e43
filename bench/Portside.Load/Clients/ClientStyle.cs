namespace Portside.Load.Clients;

/// <summary>How a load client speaks telnet.</summary>
internal enum ClientStyle
{
    /// <summary>Answers no option, as a script does: a concentrator gives it the machine's bytes and nothing else.</summary>
    Program,

    /// <summary>Asks for BINARY both ways and answers every option; skips banner and replay.</summary>
    Terminal,
}
