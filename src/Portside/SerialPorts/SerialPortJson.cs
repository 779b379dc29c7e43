using System.Text.Json.Serialization;

namespace Portside.SerialPorts;

/// <summary>How results about machines' serial ports are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(Api.Contracts.UtcTimeConverter)])]
[JsonSerializable(typeof(IReadOnlyList<SerialPortDescription>))]
[JsonSerializable(typeof(IReadOnlyList<MachineResult>))]
[JsonSerializable(typeof(IReadOnlyList<CheckResult>))]
[JsonSerializable(typeof(JournalEntry))]
internal sealed partial class SerialPortJson : JsonSerializerContext;
