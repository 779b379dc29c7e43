using Microsoft.AspNetCore.Connections;

namespace Portside.Load.Floor;

/// <summary>Copies a machine's bytes to each of its clients.</summary>
internal sealed class MachineHandler(FloorPorts ports) : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        var input = connection.Transport.Input;
        if (await ports.FindAsync(input) is not { } port)
            return;
        port.Machine = connection.Transport.Output;
        while (true)
        {
            var result = await input.ReadAsync();
            var clients = port.Clients;
            foreach (var client in clients)
            {
                foreach (var segment in result.Buffer)
                {
                    segment.Span.CopyTo(client.GetSpan(segment.Length));
                    client.Advance(segment.Length);
                }
            }

            foreach (var client in clients)
            {
                if ((await client.FlushAsync()).IsCompleted)
                    port.Remove(client);
            }

            input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return;
        }
    }
}
