using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Portside.VSphere.Client;

/// <summary>Asks a vCenter which machines have a tag, by its automation API: SOAP knows no tags.</summary>
/// <remarks>Speaks <c>/api</c>, and <c>/rest</c> with a vCenter that is older than 7.0 U2.</remarks>
public sealed class TagClient : IAsyncDisposable
{
    private const string KeyHeader = "vmware-api-session-id";
    private const int LongestAnswer = 64 << 20;

    // More than a vCenter holds; and as many as it answers at a time without being kept from its own work.
    private const int MostTags = 20_000;
    private const int AtATime = 8;

    private static readonly TimeSpan FarewellWithin = TimeSpan.FromSeconds(5);

    private readonly VSphereOptions _options;
    private readonly CertificateCheck _check;
    private readonly HttpClient _http;
    private readonly TimeProvider _clock;
    private readonly Dictionary<string, string?> _categories = new(StringComparer.Ordinal);
    private IReadOnlyList<Tag>? _tags;
    private bool _isOld;

    private TagClient(VSphereOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        _check = new CertificateCheck(options.Url, options.Trust, options.WhenNotTrusted);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !options.Url.IsLoopback,
            SslOptions = _check.Options(),
        })
        {
            BaseAddress = new Uri(options.Url, "/"),
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LongestAnswer,
        };
    }

    private string SessionPath => _isOld ? "rest/com/vmware/cis/session" : "api/session";

    private string Tagging => _isOld ? "rest/com/vmware/cis/tagging" : "api/cis/tagging";

    private string Action => _isOld ? "~action" : "action";

    /// <summary>Logs in.</summary>
    /// <param name="options">Where, and as whom.</param>
    /// <param name="clock">For time-outs; null for the system's.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The client; the caller disposes it, which logs out.</returns>
    /// <exception cref="VSphereException">It could not be done.</exception>
    public static async Task<TagClient> ConnectAsync(VSphereOptions options, TimeProvider? clock, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        var client = new TagClient(options, clock ?? TimeProvider.System);
        try
        {
            await client.LoginAsync(cancellation).ConfigureAwait(false);
            return client;
        }
        catch
        {
            client._http.Dispose();
            throw;
        }
    }

    /// <summary>Machines that have a tag. The list of tags is read once for all calls, which follow one another.</summary>
    /// <param name="name"><c>NAME</c>, or <c>CATEGORY/NAME</c> where several categories have a tag of this name.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Ids such as <c>vm-12</c>; null if there is no such tag.</returns>
    /// <exception cref="VSphereException">It could not be asked.</exception>
    public async Task<IReadOnlySet<string>?> MachinesAsync(string name, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(name);
        try
        {
            return await FindAsync(name, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new VSphereTransportException($"{_options.Url.Authority} tells its tags otherwise than expected", null, e);
        }
    }

    /// <summary>Logs out.</summary>
    /// <returns>When that is done.</returns>
    public async ValueTask DisposeAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(FarewellWithin, _clock);
            using var response = await _http.DeleteAsync(new Uri(SessionPath, UriKind.Relative), limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            // A session that cannot be ended ends by itself.
        }

        _http.Dispose();
    }

    private async Task<IReadOnlySet<string>?> FindAsync(string name, CancellationToken cancellation)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var (category, wanted) = slash < 0 ? (null, name) : (name[..slash], name[(slash + 1)..]);
        HashSet<string>? machines = null;
        foreach (var tag in (_tags ??= await ListAsync(cancellation).ConfigureAwait(false)).Where(tag => tag.Name == wanted || tag.Name == name))
        {
            if (category is not null && tag.Name != name && await CategoryAsync(tag.Category, cancellation).ConfigureAwait(false) != category)
                continue;
            machines ??= new HashSet<string>(StringComparer.Ordinal);
            var attached = await GetAsync(HttpMethod.Post, $"{Tagging}/tag-association/{Id(tag.Id)}?{Action}=list-attached-objects", cancellation).ConfigureAwait(false);
            foreach (var one in Items(attached))
            {
                if (one.GetProperty("type").GetString() == "VirtualMachine")
                    machines.Add(one.GetProperty("id").GetString()!);
            }
        }

        return machines;
    }

    // There is no call that tells the names of all at once.
    private async Task<IReadOnlyList<Tag>> ListAsync(CancellationToken cancellation)
    {
        var ids = Items(await GetAsync(HttpMethod.Get, $"{Tagging}/tag", cancellation).ConfigureAwait(false)).Select(one => one.GetString()!).ToList();
        if (ids.Count > MostTags)
            throw new VSphereTransportException($"{_options.Url.Authority} has {ids.Count} tags, and {MostTags} are looked through at most", "name the machines by name, pattern or folder");
        var tags = new Tag[ids.Count];
        await Parallel.ForAsync(0, ids.Count, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellation }, async (i, patience) =>
        {
            var read = await GetAsync(HttpMethod.Get, $"{Tagging}/tag/{Id(ids[i])}", patience).ConfigureAwait(false);
            tags[i] = new(ids[i], read.GetProperty("name").GetString(), read.GetProperty("category_id").GetString()!);
        }).ConfigureAwait(false);
        return tags;
    }

    private async Task<string?> CategoryAsync(string id, CancellationToken cancellation)
    {
        if (!_categories.TryGetValue(id, out var name))
            _categories[id] = name = (await GetAsync(HttpMethod.Get, $"{Tagging}/category/{Id(id)}", cancellation).ConfigureAwait(false)).GetProperty("name").GetString();
        return name;
    }

    private async Task LoginAsync(CancellationToken cancellation)
    {
        var basic = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_options.UserName}:{_options.Password}")));
        foreach (var isOld in (bool[])[false, true])
        {
            _isOld = isOld;
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(SessionPath, UriKind.Relative)) { Headers = { Authorization = basic } };
            using var response = await SendAsync(request, cancellation).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.Unauthorized)
                throw new VSphereLoginException($"{_options.Url.Authority} refuses the user {_options.UserName} or the password; it was tried once only, as accounts lock", _options.WhenRefused);
            if (response.StatusCode == HttpStatusCode.NotFound && !isOld)
                continue;
            var answer = await ReadAsync(response, cancellation).ConfigureAwait(false);
            if (answer.ValueKind != JsonValueKind.String || answer.GetString() is not { Length: > 0 } key || !key.All(c => c is > ' ' and < (char)127))
                throw new VSphereTransportException($"{_options.Url.Authority} answers {SessionPath} with something else than a session");
            _http.DefaultRequestHeaders.TryAddWithoutValidation(KeyHeader, key);
            return;
        }
    }

    private async Task<JsonElement> GetAsync(HttpMethod method, string path, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));

        // Nothing is to be said, but the older style's servers may want it said in JSON.
        if (_isOld && method == HttpMethod.Post)
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var response = await SendAsync(request, cancellation).ConfigureAwait(false);
        return await ReadAsync(response, cancellation).ConfigureAwait(false);
    }

    private async Task<JsonElement> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new VSphereTransportException(
                $"{_options.Url.Authority} answers {(int)response.StatusCode} to {response.RequestMessage?.RequestUri?.AbsolutePath}",
                response.StatusCode == HttpStatusCode.Forbidden ? "give the account the right to read tags" : "name the machines by name, pattern or folder: tags need vCenter's REST API");
        }

        try
        {
            using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false));
            return (_isOld ? document.RootElement.GetProperty("value") : document.RootElement).Clone();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new VSphereTransportException($"{_options.Url.Authority} answers {response.RequestMessage?.RequestUri?.AbsolutePath} with something else than expected", null, e);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_options.AnswerWithin, _clock);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            // The whole answer is read here, within this time.
            return await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new VSphereTransportException($"{_options.Url.Authority} did not answer within {_options.AnswerWithin.TotalSeconds:0} seconds", null, e) { IsTimeout = true };
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError && _check.Refusal is { } refusal)
        {
            throw new VSphereCertificateException(refusal.Message, refusal.Next, e);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new VSphereTransportException(
                $"{_options.Url.Authority} answers {request.RequestUri?.AbsolutePath} with more than {LongestAnswer >> 20} MiB", "name the machines by name, pattern or folder", e);
        }
        catch (HttpRequestException e)
        {
            throw new VSphereTransportException($"no connection to {_options.Url.Authority}: {e.Message.TrimEnd('.')}", null, e);
        }
    }

    // A list without anything in it is null to some servers.
    private static List<JsonElement> Items(JsonElement list) => list.ValueKind == JsonValueKind.Null ? [] : [.. list.EnumerateArray()];

    private string Id(string id) => (_isOld ? "id:" : "") + Uri.EscapeDataString(id);

    private sealed record Tag(string Id, string? Name, string Category);
}
