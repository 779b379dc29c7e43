using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Portside.Host.Inventory;
using Portside.VSphere.Contracts;
using Portside.VSphere.Soap;

namespace Portside.Host.Api;

/// <summary>One POST to <c>/sdk</c>: reads the call, runs it, and writes the answer or a fault. Nobody is hung up on without an answer.</summary>
internal sealed partial class SoapEndpoint(
    VimServerOptions options,
    VimDispatcher dispatcher,
    SessionTable sessions,
    SessionManager manager,
    ILogger logger,
    CancellationToken stopping)
{
    /// <summary>Who has not logged in can ask little, and must not be able to fill the memory from a thousand connections.</summary>
    private const long StrangersBodyBytes = 256 * 1024;

    private static readonly SoapLimits StrangersLimits = new() { Characters = StrangersBodyBytes, Elements = 2_000 };

    /// <summary>Answers one request.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        SessionTable.Entry? entry = null;
        var hasCookie = false;
        foreach (var secret in SessionCookie.Read(context.Request.Headers.Cookie))
        {
            hasCookie = true;
            if ((entry = sessions.Enter(secret)) is not null)
                break;
        }

        using var reply = new ReplyBuffer(context.Response, WantsGzip(context));
        try
        {
            await AnswerAsync(context, reply, entry?.Session, hasCookie);
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            // The client is gone, and nobody waits for an answer.
            LogGone(logger);
        }
        catch (Exception e)
        {
            // Half an answer is worse than none: a client must not take it for a whole one.
            LogBroken(logger, e);
            context.Abort();
        }
        finally
        {
            if (entry is not null)
                sessions.Leave(entry);
        }
    }

    private async ValueTask AnswerAsync(HttpContext context, ReplyBuffer reply, Session? session, bool hasCookie)
    {
        SoapRequest? request = null;
        try
        {
            request = await ReadAsync(context, session, hasCookie);
            await RunAsync(context, reply, session, request);
            await reply.CompleteAsync(context.RequestAborted);
        }
        catch (Exception e) when (!reply.HasBegun && !context.RequestAborted.IsCancellationRequested)
        {
            var (status, fault) = e switch
            {
                VimFaultException known => (500, known),
                SoapException garbage => (500, VimDispatcher.Invalid(garbage)),
                BadHttpRequestException refused => (refused.StatusCode == 413 ? 413 : 500, VimDispatcher.Invalid(TooMuch(refused))),
                OperationCanceledException when session?.Ended.IsCancellationRequested == true && request is not null =>
                    (500, VimDispatcher.NotAuthenticated(request.This, Privileges.View)),
                OperationCanceledException => (500, new VimFaultException(new RequestCanceled(), "The server ends.")),
                _ when request is not null => (500, dispatcher.Unexpected(request, e)),
                _ => throw new InvalidOperationException("The request could not be read.", e),
            };
            reply.Clear();
            Begin(context, status);
            if (status == 413)
                context.Response.Headers.Connection = "close";
            SoapEnvelope.WriteFault(reply, fault.Message, fault.Fault);
            await reply.CompleteAsync(context.RequestAborted);
        }
    }

    private async ValueTask<SoapRequest> ReadAsync(HttpContext context, Session? session, bool hasCookie)
    {
        var most = session is null ? Math.Min(StrangersBodyBytes, options.MaxBodyBytes) : options.MaxBodyBytes;
        try
        {
            if (context.Request.ContentLength > most)
                throw new BadHttpRequestException($"The message has {context.Request.ContentLength} bytes, more than {most}.", 413);
            if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
                limit.MaxRequestBodySize = most;
            return await SoapRequest.ReadAsync(
                context.Request.Body, session is null ? StrangersLimits : options.Limits, context.RequestAborted);
        }
        catch (Exception e) when (session is null && hasCookie && e is SoapException or BadHttpRequestException { StatusCode: 413 })
        {
            // Its session ended while it was away; it has to hear that first, not that it may say little without one.
            throw VimDispatcher.NotAuthenticated(ServiceInstance.WellKnown, Privileges.View);
        }
    }

    private async ValueTask RunAsync(HttpContext context, ReplyBuffer reply, Session? session, SoapRequest request)
    {
        var peer = new CallerAddress(
            (context.Connection.RemoteIpAddress ?? IPAddress.None).ToString(),
            context.Request.Headers.UserAgent.ToString() is { Length: > 200 } agent ? agent[..200] : context.Request.Headers.UserAgent.ToString());
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, stopping, session?.Ended ?? CancellationToken.None);
        var call = new MethodCall(request, session, peer, ends.Token);
        var result = await dispatcher.RunAsync(call);
        if (call.Opened is { } opened)
        {
            opened.Add(manager.In(opened));
            context.Response.Headers.SetCookie = SessionCookie.ToSetCookie(opened.Secret, context.Request.IsHttps);
        }

        Begin(context, 200);
        await SoapEnvelope.WriteResponseAsync(
            reply,
            request.Method,
            result.Value,
            result.Typed,
            () => reply.IsFull ? reply.SpillAsync(context.RequestAborted) : default);
    }

    private static void Begin(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/xml; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
    }

    private bool WantsGzip(HttpContext context)
    {
        if (!options.CompressLocal && context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address))
            return false;
        return StringWithQualityHeaderValue.TryParseList(context.Request.Headers.AcceptEncoding, out var wanted)
            && wanted.Any(coding => coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && coding.Quality is null or > 0);
    }

    private static SoapException TooMuch(BadHttpRequestException e) => new(e.Message, e);

    [LoggerMessage(1430, LogLevel.Debug, "A client hung up before its answer was whole")]
    private static partial void LogGone(ILogger logger);

    [LoggerMessage(1431, LogLevel.Warning, "An answer could not be written whole; its connection is cut")]
    private static partial void LogBroken(ILogger logger, Exception error);
}
