using System.Text.Json.Serialization;

namespace Portside.Doctor;

/// <summary>How reports are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<CheckReport>))]
internal sealed partial class DoctorJson : JsonSerializerContext;
