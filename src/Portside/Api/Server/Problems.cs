using Portside.Api.Contracts;
using Portside.Concentrator.Cables;
using Portside.Concentrator.Clients;
using Portside.Concentrator.Ports;
using Portside.Output;

namespace Portside.Api.Server;

/// <summary>Errors of the API: what, which object, and the next command to try (RFC 9457).</summary>
internal static class Problems
{
    private const int ShownCandidates = 8;

    /// <summary>There is no such port.</summary>
    /// <param name="selector">What was asked for.</param>
    /// <param name="near">A port of a name like it; null for none.</param>
    public static Problem NoPort(string selector, string? near) => new()
    {
        Title = "No such port",
        Status = StatusCodes.Status404NotFound,
        Detail = $"No port has the name, id or UUID \"{selector}\"{(near is null ? "." : $"; did you mean \"{near}\"?")}",
        Next = "portside ls",
    };

    public static Problem Ambiguous(string selector, IReadOnlyList<Port> candidates) => new()
    {
        Title = "More than one port",
        Status = StatusCodes.Status409Conflict,
        Detail = $"\"{selector}\" fits {candidates.Count} ports:"
            + string.Concat(candidates.Take(ShownCandidates).Select(p => $"\n  {p.Title}, {ShownId(p)}, {PortFacts.Standing(p)}"))
            + (candidates.Count > ShownCandidates ? "\n  …" : ""),
        Next = "portside ls",
        Candidates = [.. candidates.Take(32).Select(ShownId)],
    };

    public static Problem Refused(AttachResult result, string selector, ClientMode mode) => new()
    {
        Title = "Port is in use",
        Status = StatusCodes.Status409Conflict,
        Detail = result.Refusal,
        Holder = result.Holder?.Name,
        Since = result.Holder?.Since,
        Next = result.Holder is null ? $"portside who {ShellWord.Of(selector)}"
            : $"portside attach {ShellWord.Of(selector)}{(mode == ClientMode.ReadWrite ? "" : $" --mode {mode.ToWord()}")} --steal",
    };

    public static Problem NoClient(string id) => new()
    {
        Title = "No such client",
        Status = StatusCodes.Status404NotFound,
        Detail = $"Nobody attached has the id \"{id}\".",
        Next = "portside who",
    };

    public static Problem NoMachine(Port port) => new()
    {
        Title = "No machine is connected",
        Status = StatusCodes.Status409Conflict,
        Detail = $"{PortFacts.State(port)}; there is nobody to send it to.",
        Next = $"portside show {port.Id}",
    };

    public static Problem NoLog(string selector) => new()
    {
        Title = "No log",
        Status = StatusCodes.Status404NotFound,
        Detail = $"There is no log of \"{selector}\".",
        Next = "portside ls",
    };

    public static Problem NotQuarantined(string id) => new()
    {
        Title = "No such connection",
        Status = StatusCodes.Status404NotFound,
        Detail = $"No connection called \"{id}\" is held.",
        Next = "portside quarantine ls",
    };

    public static Problem NoCable(string name) => new()
    {
        Title = "No such cable",
        Status = StatusCodes.Status404NotFound,
        Detail = $"No cable is called \"{name}\".",
        Next = "portside cable ls",
    };

    public static Problem NotPluggedIn(CableException refused) => new()
    {
        Title = refused.IsUnknown ? "No such end" : refused.IsTaken ? "Cable or end in use" : "No such cable is possible",
        Status = refused.IsUnknown ? StatusCodes.Status404NotFound
            : refused.IsTaken ? StatusCodes.Status409Conflict
            : StatusCodes.Status400BadRequest,
        Detail = Concentrator.Diagnostics.PeerText.Clean(refused.Message),
        Next = refused.IsUnknown ? "portside ls" : refused.IsTaken ? "portside cable ls" : "portside cable add --help",
    };

    public static Problem BadQuery(string detail) => new()
    {
        Title = "Bad request",
        Status = StatusCodes.Status400BadRequest,
        Detail = detail,
    };

    public static Problem Forbidden(string detail) => new()
    {
        Title = "Forbidden",
        Status = StatusCodes.Status403Forbidden,
        Detail = detail,
    };

    public static Problem Bare(int status, string path) => new()
    {
        Title = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status),
        Status = status,
        Detail = status == StatusCodes.Status404NotFound
            ? $"There is nothing at {Concentrator.Diagnostics.PeerText.Clean(path)}; /openapi.json lists what there is."
            : $"The request for {Concentrator.Diagnostics.PeerText.Clean(path)} makes no sense; /openapi.json tells how it is made.",
    };

    /// <summary>An id as <c>portside ls</c> shows it.</summary>
    private static string ShownId(Port port) => port.Id.DisplayUuid + port.Id.ToString()[32..];

    public static IResult Result(Problem problem) => Results.Json(
        problem, SparseJson.Default.Problem, "application/problem+json", problem.Status);
}
