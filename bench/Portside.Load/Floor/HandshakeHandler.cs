using Microsoft.AspNetCore.Connections;

namespace Portside.Load.Floor;

/// <summary>Plays <see cref="HandshakeScript"/>, then keeps the connection and ignores what comes.</summary>
internal sealed class HandshakeHandler : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        var received = 0L;
        var step = 0;
        while (true)
        {
            var result = await connection.Transport.Input.ReadAsync();
            received += result.Buffer.Length;
            connection.Transport.Input.AdvanceTo(result.Buffer.End);
            for (; step < HandshakeScript.Steps.Count && received >= HandshakeScript.Steps[step].After; step++)
                await connection.Transport.Output.WriteAsync(HandshakeScript.Steps[step].Reply);
            if (result.IsCompleted)
                return;
        }
    }
}
