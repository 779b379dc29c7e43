using System.Text.Json.Serialization;

namespace Portside.Bridging;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BridgeEvent))]
internal sealed partial class BridgeJson : JsonSerializerContext;
