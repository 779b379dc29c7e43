using System.Net;
using System.Text.Json;
using Portside.Load.Floor;
using Portside.Load.Machines;

namespace Portside.Load.Targets;

/// <summary>The floor, as a process of its own: this program again, with <c>floor</c>.</summary>
internal sealed class FloorTarget : Target
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly ChildProcess _process;
    private readonly FloorAddresses _addresses;

    private FloorTarget(ChildProcess process, FloorAddresses addresses)
    {
        _process = process;
        _addresses = addresses;
    }

    public override int? ProcessId => _process.Id;

    protected override IPEndPoint HandshakeAddress => IPEndPoint.Parse(_addresses.Handshakes);

    public static async Task<FloorTarget> StartAsync(CancellationToken cancellation)
    {
        var program = Environment.ProcessPath!;
        string[] self = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(FloorTarget).Assembly.Location] : [];
        var process = ChildProcess.Start(program, [.. self, "floor", "--listen", "127.0.0.1:0", "--until-input-ends"]);
        try
        {
            var line = await process.FirstLine.WaitAsync(StartLimit, cancellation);
            return new FloorTarget(process, JsonSerializer.Deserialize(line, FloorJson.Default.FloorAddresses)!);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public override async Task<MachineLink> DialAsync(
        MachineIdentity identity, IGuest? guest, bool ownThread, CancellationToken cancellation)
    {
        var address = IPEndPoint.Parse(_addresses.Machines);
        var socket = ownThread ? ConnectBlocking(address) : await ConnectAsync(address, cancellation);
        var link = new MachineLink(socket, identity, guest);
        link.OpenRaw(ClientPreamble(identity).Span);
        if (ownThread)
            RunOnThread(link);
        else
            _ = link.RunAsync();
        return link;
    }

    public override Task<IPEndPoint> FindConsoleAsync(MachineIdentity identity, CancellationToken cancellation) =>
        Task.FromResult(IPEndPoint.Parse(_addresses.Clients));

    public override ReadOnlyMemory<byte> ClientPreamble(MachineIdentity identity) =>
        BitConverter.GetBytes((long)identity.Index);

    public override ValueTask DisposeAsync() => _process.DisposeAsync();
}
