using System.Xml.Linq;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.VSphere.Client;

/// <summary>One login at a vCenter or ESXi, kept alive, and renewed when the server has forgotten it. Safe for concurrent calls.</summary>
/// <remarks>
/// Sessions of a vCenter are few: make one and share it. A call that meets an ended session is repeated once after one new
/// login for all callers; a password that is refused is never tried again.
/// </remarks>
public sealed partial class VSphereSession : IAsyncDisposable
{
    private static readonly ManagedObjectReference Root = new("ServiceInstance", "ServiceInstance");
    private static readonly TimeSpan FarewellWithin = TimeSpan.FromSeconds(5);

    private readonly VSphereOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly SoapTransport _transport;
    private readonly SemaphoreSlim _renewal = new(1, 1);
    private readonly CancellationTokenSource _ending = new();
    private ITimer? _keepAlive;
    private Task _keeping = Task.CompletedTask;
    private long _lastCall;
    private int _generation;
    private int _renewals;
    private VSphereLoginException? _refusal;
    private int _disposed;

    private VSphereSession(VSphereOptions options, TimeProvider clock, ILogger logger)
    {
        _options = options;
        _clock = clock;
        _logger = logger;
        _transport = new SoapTransport(options, clock);
    }

    /// <summary>Where it is logged in.</summary>
    public Uri Url => _options.Url;

    /// <summary>The server's well-known objects.</summary>
    public ServiceContent Content { get; private set; } = null!;

    /// <summary>Product and version.</summary>
    public AboutInfo About => Content.About;

    /// <summary>Whether it is a vCenter rather than a host itself.</summary>
    public bool IsVirtualCenter => About.ApiType == "VirtualCenter";

    /// <summary>The version of the API that calls speak.</summary>
    public string ApiVersion => _transport.Version;

    /// <summary>The options it was made with.</summary>
    public VSphereOptions Options => _options;

    /// <summary>The clock of its time-outs.</summary>
    public TimeProvider Clock => _clock;

    /// <summary>HTTP requests sent so far, by method; <c>GET</c> is the list of versions.</summary>
    public IReadOnlyDictionary<string, int> Requests => _transport.Counts;

    /// <summary>How often the session was renewed.</summary>
    public int Renewals => Volatile.Read(ref _renewals);

    /// <summary>Connects and logs in.</summary>
    /// <param name="options">Where, and as whom.</param>
    /// <param name="clock">For time-outs and the keep-alive; null for the system's.</param>
    /// <param name="logger">Where renewals are told; null for nowhere.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The session; the caller disposes it, which logs out.</returns>
    /// <exception cref="VSphereLoginException">User or password is wrong.</exception>
    /// <exception cref="VSphereException">Everything else that can go wrong.</exception>
    public static async Task<VSphereSession> ConnectAsync(
        VSphereOptions options, TimeProvider? clock = null, ILogger? logger = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var session = new VSphereSession(options, clock ?? TimeProvider.System, logger ?? NullLogger.Instance);
        try
        {
            await session.OpenAsync(cancellation).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Calls a method.</summary>
    /// <param name="method">The method.</param>
    /// <param name="target">The object it is for.</param>
    /// <param name="arguments">Arguments in schema order; a null value is left out.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The elements returned.</returns>
    /// <exception cref="VSphereFaultException">The method answered with a fault.</exception>
    /// <exception cref="VSphereException">Everything else that can go wrong.</exception>
    public Task<IReadOnlyList<XElement>> CallAsync(
        string method,
        ManagedObjectReference target,
        IEnumerable<(string Name, VimValue? Value)> arguments,
        CancellationToken cancellation) => CallAsync(method, target, arguments, isOfSession: false, _options.AnswerWithin, cancellation);

    /// <summary>Calls a method that returns one value.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="target">The object it is for.</param>
    /// <param name="arguments">Arguments in schema order; a null value is left out.</param>
    /// <param name="kind">How the value is written.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The value; the type's default if there is none.</returns>
    /// <exception cref="VSphereException">As <see cref="CallAsync(string, ManagedObjectReference, IEnumerable{ValueTuple{string, VimValue?}}, CancellationToken)"/>.</exception>
    public async Task<T?> CallAsync<T>(
        string method,
        ManagedObjectReference target,
        IEnumerable<(string Name, VimValue? Value)> arguments,
        VimKind<T> kind,
        CancellationToken cancellation)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(kind);
        var returned = await CallAsync(method, target, arguments, cancellation).ConfigureAwait(false);
        return Read(method, returned, kind);
    }

    /// <summary>Starts a task.</summary>
    /// <param name="method">The method, such as <c>ReconfigVM_Task</c>.</param>
    /// <param name="target">The object it is for.</param>
    /// <param name="arguments">Arguments in schema order; a null value is left out.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The task.</returns>
    /// <exception cref="VSphereException">The method answered with a fault, or not at all.</exception>
    public async Task<ManagedObjectReference> StartAsync(
        string method,
        ManagedObjectReference target,
        IEnumerable<(string Name, VimValue? Value)> arguments,
        CancellationToken cancellation) =>
        await CallAsync(method, target, arguments, VimKinds.Reference, cancellation).ConfigureAwait(false)
        ?? throw new VSphereTransportException($"{method} of {target} returned no task");

    /// <summary>Logs out and closes the connections.</summary>
    /// <returns>When that is done, or was given up after seconds.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        if (_keepAlive is not null)
            await _keepAlive.DisposeAsync().ConfigureAwait(false);
        await _ending.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(false);
        if (_generation > 0 && _refusal is null && Content.SessionManager is { } manager)
        {
            try
            {
                await _transport.CallAsync("Logout", manager, [], FarewellWithin, CancellationToken.None).ConfigureAwait(false);
            }
            catch (VSphereException)
            {
                // A session that cannot be ended ends by itself.
            }
        }

        _transport.Dispose();
        _renewal.Dispose();
        _ending.Dispose();
    }

    /// <summary>Calls a method.</summary>
    /// <param name="method">The method.</param>
    /// <param name="target">The object it is for.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="isOfSession">Whether it is about a view, collector or page, which end with the session.</param>
    /// <param name="answerWithin">How long it may take.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="handOut">Takes parts of the answer while it is read; for calls about objects of the session only, which are not repeated.</param>
    /// <exception cref="SessionRenewedException">There is a new session, and the call was about an object of the old one.</exception>
    internal async Task<IReadOnlyList<XElement>> CallAsync(
        string method,
        ManagedObjectReference target,
        IEnumerable<(string Name, VimValue? Value)> arguments,
        bool isOfSession,
        TimeSpan answerWithin,
        CancellationToken cancellation,
        Soap.SoapHandOut? handOut = null)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        var values = arguments.Select(argument => KeyValuePair.Create(argument.Name, argument.Value)).ToList();
        var generation = Volatile.Read(ref _generation);
        try
        {
            return await OnceAsync(method, target, values, answerWithin, cancellation, handOut).ConfigureAwait(false);
        }
        catch (VSphereFaultException e) when (e.Is("NotAuthenticated"))
        {
            await RenewAsync(generation, cancellation).ConfigureAwait(false);
            if (isOfSession)
                throw new SessionRenewedException();
        }
        catch (VSphereFaultException) when (isOfSession && generation != Volatile.Read(ref _generation))
        {
            // Another caller renewed the session meanwhile; whatever this one was about went with the old one.
            throw new SessionRenewedException();
        }

        return await OnceAsync(method, target, values, answerWithin, cancellation).ConfigureAwait(false);
    }

    internal static T? Read<T>(string method, IReadOnlyList<XElement> returned, VimKind<T> kind)
        where T : notnull
    {
        try
        {
            return returned.Count == 0 ? default : kind.Read(returned[0]);
        }
        catch (Soap.SoapException e)
        {
            throw new VSphereTransportException($"{method} returned something else than {kind.ItemName}: {e.Message.TrimEnd('.')}", null, e);
        }
    }

    /// <summary>The session as counted; changes with each login.</summary>
    internal int Generation => Volatile.Read(ref _generation);

    /// <summary>Logs in again, unless that happened since.</summary>
    /// <param name="generation">The session that has ended.</param>
    /// <param name="cancellation">Gives up.</param>
    internal async Task RenewAsync(int generation, CancellationToken cancellation)
    {
        await _renewal.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (generation != _generation)
                return;
            LogRenewal(_options.Url.Authority);
            await LoginAsync(cancellation).ConfigureAwait(false);
            Interlocked.Increment(ref _renewals);
        }
        finally
        {
            _renewal.Release();
        }
    }

    private async Task OpenAsync(CancellationToken cancellation)
    {
        var version = await _transport.NegotiateAsync(cancellation).ConfigureAwait(false);
        _transport.Version = version ?? VimVersions.Oldest;
        var returned = await OnceAsync("RetrieveServiceContent", Root, [], _options.AnswerWithin, cancellation).ConfigureAwait(false);
        Content = Read("RetrieveServiceContent", returned, VimKinds.Object<ServiceContent>())
            ?? throw new VSphereTransportException($"{_options.Url} does not say what it is", $"check the address: https://{_options.Url.Authority}/sdk is usual");
        await LoginAsync(cancellation).ConfigureAwait(false);
        _keepAlive = _clock.CreateTimer(static state => ((VSphereSession)state!).KeepAlive(), this, _options.KeepAlive, _options.KeepAlive);
    }

    private async Task LoginAsync(CancellationToken cancellation)
    {
        if (_refusal is { } refusal)
            throw new VSphereLoginException(refusal.Message, refusal.Next, refusal);
        var manager = Content.SessionManager ?? throw new VSphereTransportException($"{_options.Url} has no logins");
        _transport.ForgetCookie();
        try
        {
            await OnceAsync(
                "Login",
                manager,
                [new("userName", VimValue.Of(_options.UserName)), new("password", VimValue.Of(_options.Password))],
                _options.AnswerWithin,
                cancellation).ConfigureAwait(false);
        }
        catch (VSphereFaultException e) when (e.Is("InvalidLogin"))
        {
            throw _refusal = new VSphereLoginException(
                $"{_options.Url.Authority} refuses the user {_options.UserName} or the password; it was tried once only, as accounts lock",
                _options.WhenRefused,
                e);
        }
        catch (VSphereFaultException e) when (e.Is("NoPermission"))
        {
            throw new VSphereLoginException($"{_options.Url.Authority} knows the user {_options.UserName}, who has no right there", "give the account a role at the vCenter", e);
        }

        Interlocked.Increment(ref _generation);
    }

    private async Task<IReadOnlyList<XElement>> OnceAsync(
        string method,
        ManagedObjectReference target,
        IReadOnlyList<KeyValuePair<string, VimValue?>> arguments,
        TimeSpan answerWithin,
        CancellationToken cancellation,
        Soap.SoapHandOut? handOut = null)
    {
        Interlocked.Exchange(ref _lastCall, _clock.GetTimestamp());
        return await _transport.CallAsync(method, target, arguments, answerWithin, cancellation, handOut).ConfigureAwait(false);
    }

    private void KeepAlive()
    {
        // A session that is in use stays alive by that; a tick that comes while one is under way has nothing to do.
        if (!_keeping.IsCompleted || _clock.GetElapsedTime(Interlocked.Read(ref _lastCall)) < _options.KeepAlive / 2 || _ending.IsCancellationRequested)
            return;
        _keeping = KeepAliveAsync();
    }

    private async Task KeepAliveAsync()
    {
        try
        {
            await CallAsync("CurrentTime", Root, [], isOfSession: false, _options.AnswerWithin, _ending.Token).ConfigureAwait(false);
        }
        catch (VSphereException e)
        {
            LogNotKeptAlive(_options.Url.Authority, e.Message);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
        }
    }
}
