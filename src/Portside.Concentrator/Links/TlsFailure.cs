namespace Portside.Concentrator.Links;

/// <summary>Why a TLS handshake failed, in the words of whoever knows best.</summary>
internal static class TlsFailure
{
    /// <summary>Looks for the first cause.</summary>
    /// <param name="error">What the handshake ended with.</param>
    /// <returns>A clause without full stop; with the key to change where one helps.</returns>
    internal static string Explain(Exception error)
    {
        var cause = error;
        while (cause.InnerException is { } inner)
            cause = inner;
        var why = cause.Message.TrimEnd('.');
        var isVersion = why.Contains("unsupported protocol", StringComparison.OrdinalIgnoreCase)
            || why.Contains("version too low", StringComparison.OrdinalIgnoreCase)
            || why.Contains("protocol version", StringComparison.OrdinalIgnoreCase)
            || why.Contains("wrong version", StringComparison.OrdinalIgnoreCase);
        return isVersion ? $"{why}; the host speaks only a TLS version older than vm.minimumTls allows" : why;
    }
}
