using System.CommandLine;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Portside.Load.Floor;

/// <summary>
/// The floor that a concentrator is compared with: the barest relay on Kestrel's connection handlers, with all
/// settings at their defaults. It parses nothing, logs nothing, counts nothing and knows no ports.
/// </summary>
/// <remarks>
/// <para>
/// Three listeners keep it free of decisions. On the first, a connection gets a canned handshake
/// (<see cref="HandshakeScript"/>): as many exchanges and bytes as a concentrator's, told apart by how many bytes have
/// come. On the other two a machine and its clients say their pair's number in the first 8 bytes and are joined.
/// </para>
/// <para>
/// A machine's bytes go to each of its clients, and all flushes are awaited, so a client that stalls stalls the
/// machine: the floor is what the transport can do, not something to use.
/// </para>
/// </remarks>
internal static class FloorCommand
{
    public static Command Create()
    {
        var listen = new Option<string>("--listen")
        {
            Description = "Address and first of three ports; port 0 picks free ones.",
            DefaultValueFactory = _ => "127.0.0.1:0",
        };
        var untilInputEnds = new Option<bool>("--until-input-ends")
        {
            Description = "End when standard input does, as a child process should.",
        };
        var command = new Command("floor", "Run the floor: the barest relay on the same transport, to compare with.")
        {
            listen,
            untilInputEnds,
        };
        command.SetAction((parsed, cancellation) =>
            RunAsync(IPEndPoint.Parse(parsed.GetValue(listen)!), parsed.GetValue(untilInputEnds), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(IPEndPoint first, bool untilInputEnds, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<FloorPorts>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(At(0), listener => listener.UseConnectionHandler<HandshakeHandler>());
            kestrel.Listen(At(1), listener => listener.UseConnectionHandler<MachineHandler>());
            kestrel.Listen(At(2), listener => listener.UseConnectionHandler<ClientHandler>());
        });
        await using var app = builder.Build();
        await app.StartAsync(cancellation);

        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .Select(address => new Uri(address).Authority)
            .ToArray();
        var addresses = new FloorAddresses(bound[0], bound[1], bound[2]);
        Console.WriteLine(JsonSerializer.Serialize(addresses, FloorJson.Default.FloorAddresses));

        if (untilInputEnds)
            await Console.In.ReadToEndAsync(cancellation);
        else
            await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Connections still open would hold a graceful stop for its whole time-out; nothing here is worth waiting for.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await app.StopAsync(now.Token);
        return 0;

        IPEndPoint At(int offset) => new(first.Address, first.Port == 0 ? 0 : first.Port + offset);
    }
}
