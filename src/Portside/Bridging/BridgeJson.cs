using System.Text.Json.Serialization;

namespace Portside.Bridging;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(Api.Contracts.UtcTimeConverter)])]
[JsonSerializable(typeof(BridgeEvent))]
internal sealed partial class BridgeJson : JsonSerializerContext;
