using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Portside.Host.Faults;
using Portside.Host.Inventory;

namespace Portside.Host.Api;

/// <summary><c>/portside/faults</c>: what goes wrong on demand, for sessions that may change things; no API of VMware's.</summary>
/// <param name="plan">What goes wrong.</param>
internal sealed class FaultsEndpoint(FaultPlan plan)
{
    private const int MaxNameLength = 200;

    /// <summary>Answers one request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="path">What follows <c>/portside/faults</c>.</param>
    /// <param name="session">Who asks.</param>
    /// <param name="body">Reads the request's body.</param>
    /// <returns>The answer.</returns>
    public async Task<RestReply> AnswerAsync(HttpRequest request, string[] path, Session session, Func<Task<JsonElement>> body)
    {
        if (request.Method != "GET" && !session.User.Has(Privileges.AdvancedConfig))
            throw new RestException(403, "UNAUTHORIZED", $"Permission to perform this operation was denied: {Privileges.AdvancedConfig} is needed.");
        switch (request.Method, path)
        {
            case ("GET", []):
                return new RestReply(200, json =>
                {
                    json.WriteStartArray();
                    foreach (var rule in plan.Rules.Concat(plan.OfMachines))
                        Write(json, rule);
                    json.WriteEndArray();
                });
            case ("POST", []):
                var added = Add(Read(await body()));
                return new RestReply(201, json => Write(json, added));
            case ("DELETE", []):
                await plan.RemoveAsync(null);
                return RestReply.Done;
            case ("DELETE", [var id]):
                return await plan.RemoveAsync(id) ? RestReply.Done : throw RestException.NotFound($"There is no fault '{id}'.");
            default:
                throw new RestException(405, "OPERATION_NOT_FOUND", $"{request.Path} knows no {request.Method}.");
        }
    }

    private FaultRule Add(FaultRule rule)
    {
        try
        {
            return plan.Add(rule);
        }
        catch (InvalidOperationException e)
        {
            throw new RestException(503, "UNABLE_TO_ALLOCATE_RESOURCE", e.Message);
        }
    }

    private static FaultRule Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
            throw RestException.Invalid("A fault is an object, such as {\"kind\":\"late-complete\",\"milliseconds\":2000}.");
        FaultRule? rule = null;
        if (body.TryGetProperty("kind", out var word) && word.ValueKind == JsonValueKind.String)
        {
            rule = FaultRule.Kinds.TryGetValue(word.GetString()!, out var kind)
                ? new FaultRule { Kind = kind }
                : throw RestException.Invalid($"'{word.GetString()}' is no kind of fault; there are {string.Join(", ", FaultRule.Kinds.Keys)}.");
        }

        if (rule is null)
            throw RestException.Invalid($"'kind' is missing; there are {string.Join(", ", FaultRule.Kinds.Keys)}.");
        foreach (var member in body.EnumerateObject())
        {
            var detail = member.Name == "milliseconds" ? "time" : member.Name;
            if (member.Value.ValueKind != JsonValueKind.Null && detail is "method" or "time" or "connections" or "fault" && !FaultRule.Details(rule.Kind).Contains(detail))
            {
                var details = FaultRule.Details(rule.Kind).Select(static detail => detail == "time" ? "milliseconds" : detail);
                throw RestException.Invalid($"'{member.Name}' has no meaning for {FaultRule.Word(rule.Kind)}, which takes {string.Join(", ", details)}.");
            }

            rule = (member.Name, member.Value.ValueKind) switch
            {
                ("kind" or "id" or "used" or "option", _) or (_, JsonValueKind.Null) => rule,
                ("machine", JsonValueKind.String) => rule with { Machine = Name(member) },
                ("method", JsonValueKind.String) => rule with { Method = Name(member) },
                ("fault", JsonValueKind.String) => rule with { Fault = Name(member) },
                ("count", JsonValueKind.Number) => rule with { Count = Number(member) },
                ("connections", JsonValueKind.Number) => rule with { Connections = Number(member) },
                ("milliseconds", JsonValueKind.Number) => rule with { Time = TimeSpan.FromMilliseconds(Number(member)) },
                _ => throw RestException.Invalid($"'{member.Name}' makes no sense here: there are kind, machine, method, fault (texts), count, connections and milliseconds (numbers)."),
            };
        }

        return rule.Complain() is { } complaint ? throw RestException.Invalid(complaint) : rule;
    }

    private static string Name(JsonProperty member) => member.Value.GetString() is { Length: > 0 and <= MaxNameLength } name
        ? name
        : throw RestException.Invalid($"'{member.Name}' has 1 to {MaxNameLength} characters.");

    private static int Number(JsonProperty member) => member.Value.TryGetInt32(out var number)
        ? number
        : throw RestException.Invalid($"'{member.Name}' is a whole number.");

    private static void Write(Utf8JsonWriter json, FaultRule rule)
    {
        json.WriteStartObject();
        json.WriteString("id", rule.Id);
        json.WriteString("kind", FaultRule.Word(rule.Kind));
        json.WriteString("machine", rule.Machine);
        json.WriteString("method", rule.Method);
        json.WriteNumber("count", rule.Count);
        json.WriteNumber("used", rule.Used);
        json.WriteNumber("milliseconds", (int)rule.Time.TotalMilliseconds);
        json.WriteNumber("connections", rule.Connections);
        json.WriteString("fault", rule.Fault);
        json.WriteString("option", rule.Option);
        json.WriteEndObject();
    }
}
