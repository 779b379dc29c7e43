using Portside.Load.Clients;

namespace Portside.Load.Streams;

/// <summary>What flows and how.</summary>
internal sealed record StreamOptions
{
    public Pattern Pattern { get; init; } = Pattern.Text;

    /// <summary>How many bytes a machine may be ahead of its slowest client.</summary>
    public int WindowBytes { get; init; } = 256 * 1024;

    public ClientStyle Style { get; init; } = ClientStyle.Program;
}
