using System.Text.Json.Serialization;
using Portside.Conformance;

namespace Portside.Hosting;

/// <summary>How the verbs of <c>host</c> write their results.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HostDescription))]
[JsonSerializable(typeof(IReadOnlyList<MethodDescription>))]
[JsonSerializable(typeof(ConformanceDescription))]
[JsonSerializable(typeof(FaultDescription))]
[JsonSerializable(typeof(IReadOnlyList<FaultDescription>))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(IReadOnlyList<CheckDescription>))]
internal sealed partial class HostJson : JsonSerializerContext;
