using System.CommandLine;

namespace Portside.Load.Clients;

/// <summary>The option that chooses a client's style.</summary>
internal static class Styles
{
    public static Option<ClientStyle> Option() => new("--clients-are")
    {
        Description = "program answers no telnet option and gets bytes only; terminal asks for BINARY and answers all.",
        DefaultValueFactory = _ => ClientStyle.Program,
    };
}
