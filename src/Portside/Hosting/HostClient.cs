using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Portside.Api.Remote;
using Portside.Commands;
using Portside.VSphere.Client;

namespace Portside.Hosting;

/// <summary>Somebody logged in at a host, for what vSphere's own API does not have.</summary>
internal sealed class HostClient : IDisposable
{
    private const string KeyHeader = "vmware-api-session-id";

    /// <summary>What an answer may have, in bytes: faults are few and short.</summary>
    private const int LongestAnswer = 4 * 1024 * 1024;

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly Uri _base;
    private readonly string? _whenRefused;
    private VSphereCertificateException? _refusal;

    private HostClient(VSphereOptions options)
    {
        _whenRefused = options.WhenRefused;
        _base = new Uri(options.Url.GetLeftPart(UriPartial.Authority));
        var handler = new SocketsHttpHandler { UseCookies = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (sender, shown, chain, errors) =>
            options.Trust.Accepts(_base, sender, shown, chain, errors, out _refusal, options.WhenNotTrusted);
        _http = new HttpClient(handler) { BaseAddress = _base, Timeout = AnswerWithin, MaxResponseContentBufferSize = LongestAnswer };
    }

    /// <summary>Logs in.</summary>
    /// <exception cref="CommandFailure">It cannot be.</exception>
    public static async Task<HostClient> LoginAsync(VSphereOptions options, CancellationToken cancellation)
    {
        var client = new HostClient(options);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/session");
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.UserName}:{options.Password}")));
            var key = await client.SendAsync(request, cancellation);

            // Whatever it is: ends of lines in it leave as blanks.
            client._http.DefaultRequestHeaders.TryAddWithoutValidation(KeyHeader, client.Read(key, HostJson.Default.String));
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>The faults there are.</summary>
    public async Task<IReadOnlyList<FaultDescription>> GetFaultsAsync(CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/portside/faults");
        return [.. Read(await SendAsync(request, cancellation), HostJson.Default.IReadOnlyListFaultDescription).OfType<FaultDescription>()];
    }

    /// <summary>Adds one.</summary>
    public async Task<FaultDescription> AddFaultAsync(FaultDescription fault, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/portside/faults")
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(fault, HostJson.Default.FaultDescription)),
        };
        return Read(await SendAsync(request, cancellation), HostJson.Default.FaultDescription);
    }

    /// <summary>Removes one, or with null all.</summary>
    public async Task RemoveFaultAsync(string? id, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, id is null ? "/portside/faults" : $"/portside/faults/{Uri.EscapeDataString(id)}");
        await SendAsync(request, cancellation);
    }

    /// <summary>Logs out, if there is time, and closes the connection.</summary>
    public void Dispose() => _http.Dispose();

    /// <summary>Ends the session.</summary>
    public async Task LogoutAsync(CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/api/session");
        await SendAsync(request, cancellation);
    }

    private T Read<T>(string body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new CommandFailure(ExitCode.Failed, $"{_base} does not answer as portside host does", "portside host here; or name it with --url");
        }
    }

    private async Task<string> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            using var response = await _http.SendAsync(request, cancellation);
            var body = await response.Content.ReadAsStringAsync(cancellation);
            return response.IsSuccessStatusCode ? body : throw Refused(response.StatusCode, body);
        }
        catch (HttpRequestException e) when (e.GetBaseException() is AuthenticationException)
        {
            throw new CommandFailure(ExitCode.Failed, _refusal?.Message ?? $"{_base} speaks no TLS that is understood", "--thumbprint, which portside host prints when it starts; or --insecure");
        }
        catch (HttpRequestException e)
        {
            throw new CommandFailure(ExitCode.Failed, $"{_base} cannot be reached: {e.GetBaseException().Message.TrimEnd('.')}", "portside host here; or name it with --url");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CommandFailure(ExitCode.TimedOut, $"{_base} does not answer within {AnswerWithin.TotalSeconds:0} s");
        }
    }

    private CommandFailure Refused(HttpStatusCode status, string body)
    {
        var text = $"{_base} answers {(int)status}";
        try
        {
            using var json = JsonDocument.Parse(body);
            text = ForeignText.Line(json.RootElement.GetProperty("messages")[0].GetProperty("default_message").GetString())?.TrimEnd('.') ?? text;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            // Somebody else's answer.
        }

        return status switch
        {
            HttpStatusCode.Unauthorized => new(ExitCode.Refused, text, _whenRefused),
            HttpStatusCode.Forbidden => new(ExitCode.Refused, text),
            HttpStatusCode.NotFound => new(ExitCode.NotFound, text, "portside host fault ls"),
            HttpStatusCode.BadRequest => new(ExitCode.Usage, text, "portside host fault add --help"),
            _ => new(ExitCode.Failed, text),
        };
    }
}
