using Microsoft.AspNetCore.Connections;

namespace Portside.Load.Floor;

/// <summary>Copies a client's bytes to its machine.</summary>
internal sealed class ClientHandler(FloorPorts ports) : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        var input = connection.Transport.Input;
        if (await ports.FindAsync(input) is not { } port)
            return;
        port.Add(connection.Transport.Output);
        try
        {
            while (true)
            {
                var result = await input.ReadAsync();
                if (port.Machine is { } machine)
                {
                    foreach (var segment in result.Buffer)
                        await machine.WriteAsync(segment);
                }

                input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    return;
            }
        }
        finally
        {
            port.Remove(connection.Transport.Output);
        }
    }
}
