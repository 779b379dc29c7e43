using System.Net;
using System.Net.Sockets;

namespace Portside.Doctor.Checks;

/// <summary>Machines that dial the concentrator are answered.</summary>
/// <param name="concentrator">The concentrator.</param>
internal sealed class ListenersCheck(ConcentratorCase concentrator) : DoctorCheck
{
    /// <inheritdoc/>
    public override string Name => "listeners";

    /// <inheritdoc/>
    public override async Task<Finding> RunAsync(CancellationToken cancellation)
    {
        var dead = new List<string>();
        var alive = new List<string>();
        var port = 0;
        foreach (var text in concentrator.Server!.VmAddresses)
        {
            if (!IPEndPoint.TryParse(text, out var listener))
                continue;
            var (host, isElsewhere) = Reached(listener.Address, concentrator.Api.Server);
            if (isElsewhere)
            {
                alive.Add($"{text} (loopback, as seen there)");
                continue;
            }

            var failure = await TryAsync(host, listener.Port, cancellation);
            port = failure is null ? port : listener.Port;
            (failure is null ? alive : dead).Add(failure is null ? text : $"{host}:{listener.Port}: {failure}");
        }

        return dead.Count > 0
            ? Finding.Broken($"machines are not answered: {string.Join("; ", dead)} (tried from here): it is stopped there, or the firewall of the concentrator's system lets nobody in", $"firewall-cmd --permanent --add-port={port}/tcp && firewall-cmd --reload")
            : Finding.Ok($"machines are answered at {string.Join(", ", alive)}");
    }

    /// <summary>By which name a listener is reached from where the API is reached.</summary>
    internal static (string Host, bool IsElsewhere) Reached(IPAddress listener, Uri api) =>
        listener.Equals(IPAddress.Any) || listener.Equals(IPAddress.IPv6Any) ? (api.Host, false)
        : (listener.ToString(), IPAddress.IsLoopback(listener) && !api.IsLoopback);

    private async Task<string?> TryAsync(string host, int port, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(concentrator.Patience, concentrator.Clock);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host.Trim('[', ']'), port, patience.Token);
            return null;
        }
        catch (SocketException e)
        {
            return e.Message.TrimEnd('.');
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return "nothing answers";
        }
    }
}
