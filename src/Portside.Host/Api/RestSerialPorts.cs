using System.Globalization;
using System.Text.Json;
using Portside.Host.Inventory;
using Portside.Host.Machines;
using Portside.VSphere.Contracts;

namespace Portside.Host.Api;

/// <summary>Serial ports as the automation API writes them.</summary>
internal static class RestSerialPorts
{
    /// <summary>The device that a port has whose maker named none.</summary>
    private const string AnyDevice = "/dev/ttyS0";

    private static readonly string[] Fields = ["backing", "start_connected", "allow_guest_control", "yield_on_poll"];

    public static string KeyOf(SerialDevice device) => SerialPorts.KeyOf(device).ToString(CultureInfo.InvariantCulture);

    public static void WriteList(Utf8JsonWriter json, MachineEntity machine)
    {
        json.WriteStartArray();
        foreach (var device in machine.Machine.Devices)
        {
            json.WriteStartObject();
            json.WriteString("port", KeyOf(device));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteInfo(Utf8JsonWriter json, SerialDevice device)
    {
        json.WriteStartObject();
        json.WriteString("label", $"Serial port {device.Index + 1}");
        json.WriteStartObject("backing");
        switch (device.Backing)
        {
            case NetworkBacking network:
                json.WriteString("type", network.Direction == "client" ? "NETWORK_CLIENT" : "NETWORK_SERVER");
                json.WriteString("network_location", network.ServiceUri);
                if (network.ProxyUri is not null)
                    json.WriteString("proxy", network.ProxyUri);
                break;
            case FileBacking file:
                json.WriteString("type", "FILE");
                json.WriteString("file", file.FileName);
                break;
            case PipeBacking pipe:
                json.WriteString("type", pipe.Endpoint == "client" ? "PIPE_CLIENT" : "PIPE_SERVER");
                json.WriteString("pipe", pipe.PipeName);
                json.WriteBoolean("no_rx_loss", pipe.NoRxLoss);
                break;
            case DeviceBacking hostDevice:
                json.WriteString("type", "HOST_DEVICE");
                json.WriteString("host_device", hostDevice.DeviceName);
                json.WriteBoolean("auto_detect", false);
                break;
        }

        json.WriteEndObject();
        json.WriteString("state", State(device));
        json.WriteBoolean("start_connected", device.StartConnected);
        json.WriteBoolean("allow_guest_control", device.AllowGuestControl);
        json.WriteBoolean("yield_on_poll", device.YieldOnPoll);
        json.WriteEndObject();
    }

    /// <summary>What a port that is made is connected to.</summary>
    public static VirtualDeviceBackingInfo ReadBacking(JsonElement spec) =>
        OptionalBacking(spec) ?? new VirtualSerialPortDeviceBackingInfo { DeviceName = AnyDevice };

    /// <summary>What a port that is changed is connected to from then on; null where the spec does not say.</summary>
    public static SerialBacking? ReadOptionalBacking(JsonElement spec)
    {
        if (OptionalBacking(spec) is not { } info)
            return null;
        var backing = SerialPorts.FromContract(info)!;
        return SerialDevice.Check(backing) is { } problem
            ? throw RestException.Invalid($"backing: {problem.Text}")
            : backing;
    }

    /// <summary>The flags that a spec has.</summary>
    public static SerialDeviceEdit ReadFlags(JsonElement spec)
    {
        if (spec.ValueKind != JsonValueKind.Object)
            throw RestException.Invalid("A spec is an object.");
        foreach (var field in spec.EnumerateObject())
        {
            if (!Fields.Contains(field.Name))
                throw RestException.Invalid($"A serial port has no '{field.Name}'; it has {string.Join(", ", Fields)}.");
        }

        return new SerialDeviceEdit
        {
            StartConnected = Flag(spec, "start_connected"),
            AllowGuestControl = Flag(spec, "allow_guest_control"),
            YieldOnPoll = Flag(spec, "yield_on_poll"),
        };
    }

    private static VirtualDeviceBackingInfo? OptionalBacking(JsonElement spec)
    {
        if (!spec.TryGetProperty("backing", out var backing) || backing.ValueKind == JsonValueKind.Null)
            return null;
        if (backing.ValueKind != JsonValueKind.Object)
            throw RestException.Invalid("backing is an object.");
        return Text(backing, "type") switch
        {
            "NETWORK_CLIENT" => Network("client"),
            "NETWORK_SERVER" => Network("server"),
            "FILE" => new VirtualSerialPortFileBackingInfo { FileName = Needed(backing, "file") },
            "PIPE_CLIENT" => Pipe("client"),
            "PIPE_SERVER" => Pipe("server"),
            "HOST_DEVICE" => new VirtualSerialPortDeviceBackingInfo { DeviceName = Text(backing, "host_device") ?? AnyDevice },
            null => throw RestException.Invalid("backing has no type."),
            var other => throw RestException.Invalid(
                $"'{other}' is not a backing of serial ports: FILE, HOST_DEVICE, PIPE_SERVER, PIPE_CLIENT, NETWORK_SERVER and NETWORK_CLIENT are."),
        };

        VirtualSerialPortURIBackingInfo Network(string direction) => new()
        {
            ServiceUri = Needed(backing, "network_location"),
            Direction = direction,
            ProxyUri = Text(backing, "proxy"),
        };

        VirtualSerialPortPipeBackingInfo Pipe(string endpoint) => new()
        {
            PipeName = Needed(backing, "pipe"),
            Endpoint = endpoint,
            NoRxLoss = Flag(backing, "no_rx_loss") ?? false,
        };
    }

    private static string State(SerialDevice device) => (device.Connected, device.Status) switch
    {
        (false, _) => "NOT_CONNECTED",
        (_, ConnectionStatus.Ok) => "CONNECTED",
        (_, ConnectionStatus.RecoverableError) => "RECOVERABLE_ERROR",
        (_, ConnectionStatus.UnrecoverableError) => "UNRECOVERABLE_ERROR",
        _ => "UNKNOWN",
    };

    private static string Needed(JsonElement element, string name) =>
        Text(element, name) ?? throw RestException.Invalid($"backing needs '{name}'.");

    private static string? Text(JsonElement element, string name) => !element.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Null => null,
        _ => throw RestException.Invalid($"'{name}' is a text."),
    };

    private static bool? Flag(JsonElement element, string name) => !element.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null => null,
        _ => throw RestException.Invalid($"'{name}' is true or false."),
    };
}
