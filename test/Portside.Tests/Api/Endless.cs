using Microsoft.AspNetCore.Http;

namespace Portside.Tests.Api;

/// <summary>An answer without an end, for whoever goes on reading.</summary>
internal static class Endless
{
    private static readonly byte[] Blanks = [.. Enumerable.Repeat((byte)' ', 1 << 16)];

    /// <summary>Answers until nobody listens any more.</summary>
    /// <param name="context">The request.</param>
    /// <param name="isAnnounced">Whether the answer's length is told first: as much as no client takes.</param>
    /// <returns>When nobody listens.</returns>
    public static async Task AnswerAsync(HttpContext context, bool isAnnounced)
    {
        context.Response.ContentType = "application/json";
        if (isAnnounced)
            context.Response.ContentLength = 1L << 40;
        try
        {
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(Blanks, context.RequestAborted);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
        }
    }
}
