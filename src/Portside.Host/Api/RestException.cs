namespace Portside.Host.Api;

/// <summary>An error of the automation API.</summary>
/// <param name="status">The answer's status.</param>
/// <param name="error">Name of the error, such as <c>NOT_FOUND</c>.</param>
/// <param name="text">What people read.</param>
internal sealed class RestException(int status, string error, string text) : Exception(text)
{
    public int Status { get; } = status;

    public string Error { get; } = error;

    public static RestException NotFound(string text) => new(404, "NOT_FOUND", text);

    public static RestException Invalid(string text) => new(400, "INVALID_ARGUMENT", text);

    public static RestException NotAllowed(string text) => new(400, "NOT_ALLOWED_IN_CURRENT_STATE", text);

    public static RestException AlreadySo(string text) => new(400, "ALREADY_IN_DESIRED_STATE", text);

    public static RestException Unauthenticated(string text) => new(401, "UNAUTHENTICATED", text);
}
