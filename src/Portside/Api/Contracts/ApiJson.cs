using System.Text.Json.Serialization;

namespace Portside.Api.Contracts;

/// <summary>How everything the API says and hears is read and written, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(PortDescription))]
[JsonSerializable(typeof(IReadOnlyList<PortDescription>))]
[JsonSerializable(typeof(ClientDescription))]
[JsonSerializable(typeof(IReadOnlyList<ClientDescription>))]
[JsonSerializable(typeof(RejectedDescription))]
[JsonSerializable(typeof(IReadOnlyList<RejectedDescription>))]
[JsonSerializable(typeof(QuarantinedDescription))]
[JsonSerializable(typeof(IReadOnlyList<QuarantinedDescription>))]
[JsonSerializable(typeof(ServerDescription))]
[JsonSerializable(typeof(CableDescription))]
[JsonSerializable(typeof(IReadOnlyList<CableDescription>))]
[JsonSerializable(typeof(CableRequest))]

// What queries say; here for the sake of /openapi.json, which describes it.
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(bool?))]
[JsonSerializable(typeof(int?))]
[JsonSerializable(typeof(long?))]
internal sealed partial class ApiJson : JsonSerializerContext;
