using System.Text.Json;
using System.Text.Json.Serialization;

namespace Portside.Commands;

/// <summary>How results are written that do not come from the API.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(Api.Contracts.UtcTimeConverter)])]
[JsonSerializable(typeof(VersionDescription))]
[JsonSerializable(typeof(IReadOnlyList<ConfigValueDescription>))]
[JsonSerializable(typeof(IReadOnlyList<Configuration.ConfigKeyDescription>))]
[JsonSerializable(typeof(ConfigCheckDescription))]
[JsonSerializable(typeof(CertificateDescription))]
[JsonSerializable(typeof(IReadOnlyList<ContextDescription>))]
[JsonSerializable(typeof(IReadOnlyList<ContextValueDescription>))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class CommandJson : JsonSerializerContext;
