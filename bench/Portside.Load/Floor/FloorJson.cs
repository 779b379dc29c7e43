using System.Text.Json.Serialization;

namespace Portside.Load.Floor;

[JsonSerializable(typeof(FloorAddresses))]
internal sealed partial class FloorJson : JsonSerializerContext;
