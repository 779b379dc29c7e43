using System.Net.WebSockets;
using Portside.Api.Remote;

namespace Portside.Doctor.Checks;

/// <summary>The guest answers to Enter; tried only where it may be.</summary>
/// <param name="machine">The machine.</param>
internal sealed class AnswerCheck(MachineCase machine) : PortCheck(machine)
{
    private static readonly byte[] Enter = "\r"u8.ToArray();

    private readonly MachineCase _machine = machine;

    /// <inheritdoc/>
    public override string Name => "answer";

    /// <inheritdoc/>
    protected override async Task<Finding> RunAsync(PortCase port, CancellationToken cancellation)
    {
        if (port.Port is not { } linked)
            return Finding.Skipped("there is no concentrator to type at");
        if (!_machine.MayProbe)
            return Finding.Skipped("Enter was not tried: --probe does");
        using var limit = new CancellationTokenSource(_machine.Patience, _machine.Clock);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            using var socket = await _machine.Concentrator.AttachAsync(linked.Id, new AttachQuery { Plain = true, Replay = 0, Name = "doctor" }, cancellation);
            await socket.SendAsync(Enter, WebSocketMessageType.Binary, true, patience.Token);
            var buffer = new byte[4096];
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
                if (received.MessageType == WebSocketMessageType.Close)
                    return Finding.Unknown("the concentrator ended the attachment before the guest answered");
                if (received.MessageType != WebSocketMessageType.Binary || received.Count == 0)
                    continue;
                port.Answered = true;
                return Finding.Ok("it answers to Enter");
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            port.Answered = false;
            return Finding.Unknown($"no answer to Enter within {_machine.Patience.TotalSeconds} s");
        }
        catch (WebSocketException e)
        {
            return Finding.Unknown($"the attachment broke: {e.Message.TrimEnd('.')}");
        }
    }
}
