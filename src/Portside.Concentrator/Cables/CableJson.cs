using System.Text.Json.Serialization;

namespace Portside.Concentrator.Cables;

/// <summary>How cables are written down.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(CableDefinition[]))]
internal sealed partial class CableJson : JsonSerializerContext;
