using System.Text.Json.Serialization;

namespace Portside.Api.Contracts;

/// <summary>As <see cref="ApiJson"/>, for messages whose members depend on their type: what is null is left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(AttachEvent))]
[JsonSerializable(typeof(AttachRequest))]
internal sealed partial class SparseJson : JsonSerializerContext;
