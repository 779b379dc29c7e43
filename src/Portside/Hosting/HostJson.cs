using System.Text.Json.Serialization;

namespace Portside.Hosting;

/// <summary>How the verbs of <c>host</c> write their results.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HostDescription))]
[JsonSerializable(typeof(IReadOnlyList<MethodDescription>))]
internal sealed partial class HostJson : JsonSerializerContext;
