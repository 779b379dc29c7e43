using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Portside.Host.Inventory;
using Portside.Host.Tagging;

namespace Portside.Host.Api;

/// <summary>The part of the automation API's tagging that finds, makes and attaches tags of machines.</summary>
/// <param name="inventory">Whose tags.</param>
internal sealed class RestTagging(HostInventory inventory)
{
    private const string MachineType = "VirtualMachine";

    /// <summary>Answers one request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isOld">Whether it is in the older style: <c>~action</c>, <c>id:</c> before ids, everything wrapped.</param>
    /// <param name="path">What follows <c>tagging</c>.</param>
    /// <param name="session">Who asks.</param>
    /// <param name="readAsync">Reads the body as JSON.</param>
    public async Task<RestReply> AnswerAsync(HttpRequest request, bool isOld, string[] path, Session session, Func<Task<JsonElement>> readAsync)
    {
        if (!inventory.IsVCenter)
            throw RestException.NotFound("A host by itself has no tags: they are vCenter's.");
        switch (request.Method, path, request.Query[isOld ? "~action" : "action"].ToString())
        {
            case ("GET", ["category"], ""):
                return Ids(inventory.Tags.Categories.Select(category => category.Id));
            case ("POST", ["category"], ""):
                return NewCategory(session, await SpecAsync());
            case ("GET", ["category", var id], ""):
                var category = Category(IdIn(id));
                return new RestReply(200, json => Write(json, category));
            case ("GET", ["tag"], ""):
                return Ids(inventory.Tags.Tags.Select(tag => tag.Id));
            case ("POST", ["tag"], ""):
                return NewTag(session, await SpecAsync());
            case ("POST", ["tag"], "list-tags-for-category"):
                return TagsOf(Category(Needed(await readAsync(), "category_id")));
            case ("POST", ["tag", var id], "list-tags-for-category"):
                return TagsOf(Category(IdIn(id)));
            case ("GET", ["tag", var id], ""):
                var tag = Tag(IdIn(id));
                return new RestReply(200, json => Write(json, tag));
            case ("POST", ["tag-association"], "list-attached-tags"):
                return Ids(Machine(await readAsync()).Tags.Select(tag => tag.Id));
            case ("POST", ["tag-association", var id], "list-attached-objects"):
                var wanted = Tag(IdIn(id));
                return new RestReply(200, json => WriteMachines(json, wanted));
            case ("POST", ["tag-association", var id], "attach"):
                Demand(session, Privileges.AttachTag);
                Machine(await readAsync()).Attach(Tag(IdIn(id)));
                return RestReply.Done;
            case ("POST", ["tag-association", var id], "detach"):
                Demand(session, Privileges.AttachTag);
                Machine(await readAsync()).Detach(Tag(IdIn(id)));
                return RestReply.Done;
            default:
                throw RestException.NotFound($"There is no {request.Method} {request.Path}{request.QueryString} here.");
        }

        string IdIn(string segment) => !isOld ? segment
            : segment.StartsWith("id:", StringComparison.Ordinal) ? segment[3..]
            : throw RestException.NotFound($"'{segment}' is no id of this style: id:urn:… is.");

        async Task<JsonElement> SpecAsync()
        {
            var body = await readAsync();
            return !isOld ? body : Property(body, "create_spec") ?? throw RestException.Invalid("The body has no 'create_spec'.");
        }
    }

    private static RestReply Ids(IEnumerable<string> ids) => new(200, json =>
    {
        json.WriteStartArray();
        foreach (var id in ids)
            json.WriteStringValue(id);
        json.WriteEndArray();
    });

    private static void Write(Utf8JsonWriter json, TagCategory category)
    {
        json.WriteStartObject();
        json.WriteString("id", category.Id);
        json.WriteString("name", category.Name);
        json.WriteString("description", category.Description);
        json.WriteString("cardinality", category.IsSingle ? "SINGLE" : "MULTIPLE");
        json.WriteStartArray("associable_types");
        json.WriteStringValue(MachineType);
        json.WriteEndArray();
        WriteNobody(json);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Tag tag)
    {
        json.WriteStartObject();
        json.WriteString("id", tag.Id);
        json.WriteString("category_id", tag.Category.Id);
        json.WriteString("name", tag.Name);
        json.WriteString("description", tag.Description);
        WriteNobody(json);
        json.WriteEndObject();
    }

    private static void WriteNobody(Utf8JsonWriter json)
    {
        json.WriteStartArray("used_by");
        json.WriteEndArray();
    }

    private static void Demand(Session session, string privilege)
    {
        if (!session.User.Has(privilege))
            throw new RestException(403, "UNAUTHORIZED", $"Permission to perform this operation was denied: {privilege} is needed.");
    }

    private static JsonElement? Property(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? Text(JsonElement element, string name) => Property(element, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => throw RestException.Invalid($"'{name}' is a text."),
    };

    private static string Needed(JsonElement element, string name) => Text(element, name) ?? throw RestException.Invalid($"'{name}' is missing.");

    private static RestException AlreadyExists(string text) => new(400, "ALREADY_EXISTS", text);

    private RestReply NewCategory(Session session, JsonElement spec)
    {
        Demand(session, Privileges.CreateCategory);
        var cardinality = Text(spec, "cardinality") ?? "MULTIPLE";
        if (cardinality is not ("SINGLE" or "MULTIPLE"))
            throw RestException.Invalid("'cardinality' is SINGLE or MULTIPLE.");
        if (Property(spec, "associable_types") is { ValueKind: JsonValueKind.Array } types && types.GetArrayLength() > 0
            && !types.EnumerateArray().Any(type => type.ValueKind == JsonValueKind.String && type.ValueEquals(MachineType)))
            throw RestException.Invalid("Only virtual machines have tags here.");
        var name = Needed(spec, "name");
        return inventory.Tags.TryAddCategory(name, Text(spec, "description") ?? "", cardinality == "SINGLE", out var category)
            ? new RestReply(201, json => json.WriteStringValue(category.Id))
            : throw AlreadyExists($"There is a category '{name}'.");
    }

    private RestReply NewTag(Session session, JsonElement spec)
    {
        Demand(session, Privileges.CreateTag);
        var category = Category(Needed(spec, "category_id"));
        var name = Needed(spec, "name");
        return inventory.Tags.TryAddTag(category, name, Text(spec, "description") ?? "", out var tag)
            ? new RestReply(201, json => json.WriteStringValue(tag.Id))
            : throw AlreadyExists($"Category '{category.Name}' has a tag '{name}'.");
    }

    private RestReply TagsOf(TagCategory category) => Ids(inventory.Tags.Tags.Where(tag => tag.Category == category).Select(tag => tag.Id));

    private void WriteMachines(Utf8JsonWriter json, Tag tag)
    {
        json.WriteStartArray();
        foreach (var machine in inventory.Machines)
        {
            if (!machine.Tags.Contains(tag))
                continue;
            json.WriteStartObject();
            json.WriteString("id", machine.Reference.Value);
            json.WriteString("type", MachineType);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private TagCategory Category(string id) => inventory.Tags.FindCategory(id) ?? throw RestException.NotFound($"There is no category '{id}'.");

    private Tag Tag(string id) => inventory.Tags.FindTag(id) ?? throw RestException.NotFound($"There is no tag '{id}'.");

    private MachineEntity Machine(JsonElement body)
    {
        var one = Property(body, "object_id") ?? throw RestException.Invalid("'object_id' is missing.");
        var (type, id) = (Needed(one, "type"), Needed(one, "id"));
        if (type != MachineType)
            throw RestException.Invalid($"'{type}': only virtual machines have tags here.");
        return inventory.Objects.Find(new(type, id)) as MachineEntity ?? throw RestException.NotFound($"There is no virtual machine '{id}'.");
    }
}
