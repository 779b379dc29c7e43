using System.Net;
using Portside.Host.Inventory;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.Host.Api;

/// <summary>Where sessions begin and end. Each session has one under the same id, since each sees itself as the current one.</summary>
internal sealed class SessionManager : ManagedObject
{
    /// <summary>Needed to ask for sessions that are not one's own.</summary>
    private const string ValidateSession = "Sessions.ValidateSession";

    private readonly SessionTable _sessions;
    private readonly LoginGate _gate;
    private readonly Session? _session;

    /// <summary>The one that those see who have not logged in.</summary>
    /// <param name="reference">Its reference.</param>
    /// <param name="sessions">All sessions.</param>
    /// <param name="gate">Checks passwords.</param>
    public SessionManager(ManagedObjectReference reference, SessionTable sessions, LoginGate gate)
        : base(reference) => (_sessions, _gate) = (sessions, gate);

    private SessionManager(SessionManager shared, Session session)
        : base(shared.Reference) => (_sessions, _gate, _session) = (shared._sessions, shared._gate, session);

    /// <summary>Its type.</summary>
    public static ManagedType Schema { get; } = new ManagedType<SessionManager>("SessionManager")
        .Property("sessionList", static o => o.Visible())
        .Property("currentSession", static o => o._session is { } session ? VimValue.Of(session.ToUserSession()) : null)
        .Unset("message")
        .Property("messageLocaleList", static _ => Locales())
        .Property("supportedLocaleList", static _ => Locales())
        .Property("defaultLocale", static _ => VimValue.Of("en"))
        .Method("Login", Privileges.Anonymous, static (o, call) => o.LoginAsync(call))
        .Method("Logout", Privileges.View, static (o, call) => o.Logout(call))
        .Method("SessionIsActive", ValidateSession, static (o, call) => o.IsActive(call))
        .Method("SetLocale", Privileges.View, static (_, call) => SetLocale(call))
        .Method("TerminateSession", Privileges.Sessions, static (o, call) => o.Terminate(call));

    /// <inheritdoc/>
    public override ManagedType Type => Schema;

    /// <summary>The same as one session sees it.</summary>
    public SessionManager In(Session session) => new(this, session);

    private async ValueTask<MethodResult> LoginAsync(MethodCall call)
    {
        var name = call.Request.Required("userName", VimKinds.String);
        var password = call.Request.Required("password", VimKinds.String);
        var locale = call.Request.Optional("locale", VimKinds.String);
        var session = await OpenAsync(name, password, call.Peer, call.Cancellation);
        if (locale is { Length: > 0 and <= 32 })
            session.Locale = locale;

        // Who logs in anew over a session that lives has no use for the old one: its cookie is replaced.
        if (call.Session is { } before)
            _sessions.End(before, "its client logged in anew");
        call.Opened = session;
        return MethodResult.Of(session.ToUserSession());
    }

    /// <summary>Opens a session for somebody who knows a password.</summary>
    /// <exception cref="VimFaultException">The name or the password is wrong, or no more sessions can be had.</exception>
    public async ValueTask<Session> OpenAsync(string name, string password, CallerAddress peer, CancellationToken cancellation)
    {
        var from = IPAddress.TryParse(peer.IpAddress, out var address) ? address : IPAddress.None;
        HostUser? user;
        try
        {
            user = await _gate.CheckAsync(name, password, from, cancellation);
        }
        catch (LoginGateException e)
        {
            throw new VimFaultException(new SystemError { Reason = e.Message }, e.Message);
        }

        if (user is null)
        {
            _sessions.Refuse(name, peer);
            throw new VimFaultException(new InvalidLogin(), "Cannot complete login due to an incorrect user name or password.");
        }

        if (_sessions.Open(user, peer) is { } session)
            return session;
        const string Full = "The server has as many sessions as it may have; log out of some.";
        throw new VimFaultException(new SystemError { Reason = Full }, Full);
    }

    private MethodResult Logout(MethodCall call)
    {
        _sessions.End(call.Caller, "its client logged out");
        return MethodResult.Nothing;
    }

    private MethodResult IsActive(MethodCall call)
    {
        var key = call.Request.Required("sessionID", VimKinds.String);
        var user = call.Request.Required("userName", VimKinds.String);
        var active = string.Equals(_sessions.Find(key)?.User.Name, user, StringComparison.OrdinalIgnoreCase);
        return new MethodResult(new VimValue(VimKinds.Boolean, false, active));
    }

    private static MethodResult SetLocale(MethodCall call)
    {
        var locale = call.Request.Required("locale", VimKinds.String);
        if (locale is not { Length: > 0 and <= 32 })
            throw new VimFaultException(new InvalidLocale(), "The locale is not known here.");
        call.Caller.Locale = locale;
        return MethodResult.Nothing;
    }

    private MethodResult Terminate(MethodCall call)
    {
        var keys = call.Request.List("sessionId", VimKinds.String);
        if (keys.Contains(call.Caller.Key))
            throw Fault.InvalidArgument("sessionId", "A session cannot terminate itself; log out.");
        var sessions = keys.Select(key => _sessions.Find(key)
            ?? throw new VimFaultException(new NotFound(), "There is no such session.")).ToList();
        foreach (var session in sessions)
            _sessions.End(session, $"{call.Caller.User.Name} terminated it");
        return MethodResult.Nothing;
    }

    private VimValue? Visible() => _session switch
    {
        null => null,
        _ when _session.User.Has(Privileges.Sessions) => VimValue.Of<UserSession>([.. _sessions.All.Select(session => session.ToUserSession())]),
        _ => VimValue.Of<UserSession>([_session.ToUserSession()]),
    };

    private static VimValue Locales() => new(VimKinds.String, true, (string[])["en", "en_US"]);
}
