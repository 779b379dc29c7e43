using System.Net;
using Portside.Api.Contracts;

namespace Portside.Api.Remote;

/// <summary>The server answered with an error, or did not answer.</summary>
/// <param name="message">What went wrong, about which object.</param>
/// <param name="status">The answer's status, or null if there was none.</param>
/// <param name="problem">What the server said about it, if it did.</param>
/// <param name="inner">Why there was no answer.</param>
internal sealed class ApiException(string message, HttpStatusCode? status = null, Problem? problem = null, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>The answer's status, or null if there was none.</summary>
    public HttpStatusCode? Status => status;

    /// <summary>What the server said about it, if it did.</summary>
    public Problem? Problem => problem;

    /// <summary>Whether it was waited for in vain.</summary>
    public bool IsTimeout { get; init; }
}
