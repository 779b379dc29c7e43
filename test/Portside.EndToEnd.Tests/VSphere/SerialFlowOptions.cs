namespace Portside.EndToEnd.Tests.VSphere;

/// <summary>What a flow is about.</summary>
/// <param name="Machine">Name of the machine it creates.</param>
/// <param name="Proxy">The proxyURI of its port.</param>
internal sealed record SerialFlowOptions(string Machine, string Proxy)
{
    /// <summary>All steps, in their order.</summary>
    public static IReadOnlyList<string> Steps { get; } =
    [
        "login", "browse", "options", "create", "add", "on", "disconnect", "connect", "reconnect", "edit", "move", "off", "remove", "tasks", "destroy", "logout",
    ];

    /// <summary>The serviceURI the port starts with.</summary>
    public string Service { get; init; } = "vSPC.py";

    /// <summary>The serviceURI it is changed to.</summary>
    public string Edited { get; init; } = "vmware-vspc";

    /// <summary>The machine's extraConfig.</summary>
    public IReadOnlyDictionary<string, string> Extra { get; init; } = new Dictionary<string, string>();

    /// <summary>Steps to leave out.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    /// <summary>These options with none but some steps.</summary>
    public SerialFlowOptions Only(params string[] steps) => this with { Without = [.. Steps.Except(steps)] };
}
