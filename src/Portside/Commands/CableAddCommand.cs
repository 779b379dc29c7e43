using System.CommandLine;
using Portside.Api.Contracts;
using Portside.Concentrator.Cables;
using Portside.Configuration.Syntax;
using Portside.Output;

namespace Portside.Commands;

/// <summary><c>portside cable add NAME A B</c>: plugs in a cable, which stays through vMotions and restarts.</summary>
internal sealed class CableAddCommand : Command
{
    /// <summary>The verb.</summary>
    /// <param name="global">What every verb understands.</param>
    public CableAddCommand(GlobalOptions global)
        : base("add", "Plug in a cable between two ports, or a port and a line; it stays until it is removed.")
    {
        var name = new Argument<string>("NAME") { Description = "What the cable is to be called: letters, digits, '.', '_' and '-'." };
        var a = new PortArgument(global, name: "A", description: "A port: a virtual machine's name, or its port's id, UUID or a unique beginning of it.");
        var b = new PortArgument(global, name: "B", description: "The other port, or the URI of a line: tcp://HOST:PORT, telnets://…, unix:PATH, tty:/dev/ttyS0.");
        var delay = ValueOption.Of(
            "--delay", new DurationSyntax(TimeSpan.Zero, CableOptions.MaxDelay), "Time added to each byte's way, for tests; none.", "TIME");
        var loss = ValueOption.Of("--loss", new ShareSyntax(), "Share of bytes that vanish, for tests; 0.", "SHARE");
        var baud = ValueOption.Of(
            "--baud", new WholeNumberSyntax(1, CableOptions.MaxBaud), "Bits per second, ten for each byte, for tests; as fast as it goes.", "BITS");
        Add(name);
        Add(a);
        Add(b);
        Add(delay);
        Add(loss);
        Add(baud);
        SetAction(async (arguments, cancellation) =>
        {
            var caller = global.Caller;
            using var api = global.Connect(arguments);
            var cable = await api.AddCableAsync(
                new CableRequest
                {
                    Name = arguments.GetValue(name),
                    A = arguments.GetValue(a),
                    B = arguments.GetValue(b),
                    DelayMilliseconds = arguments.GetValue(delay)?.TotalMilliseconds,
                    Loss = arguments.GetValue(loss),
                    Baud = arguments.GetValue(baud),
                },
                cancellation);
            if (global.Format(arguments) is var format and not OutputFormat.Table)
                ResultText.Write(caller, format, cable, ApiJson.Default.CableDescription);
            else
                caller.Error.WriteLine(SafeText.Of($"{cable.Name} joins {CableTable.End(cable.A, cable.AName)} and {CableTable.End(cable.B, cable.BName)}"
                    + (cable.Detail is null ? "" : $"; now: {cable.Detail}")));
            return ExitCode.Done;
        });
    }
}
