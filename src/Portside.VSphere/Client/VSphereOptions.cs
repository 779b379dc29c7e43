namespace Portside.VSphere.Client;

/// <summary>Where to log in, as whom, and whom to believe.</summary>
public sealed record VSphereOptions
{
    /// <summary>The API, such as <c>https://vcenter.example/sdk</c>.</summary>
    public required Uri Url { get; init; }

    /// <summary>Who logs in.</summary>
    public required string UserName { get; init; }

    /// <summary>With which password.</summary>
    public required string Password { get; init; }

    /// <summary>Which certificates are believed.</summary>
    public ServerTrust Trust { get; init; } = ServerTrust.System;

    /// <summary>How long the TCP and TLS connection may take; 15 seconds.</summary>
    public TimeSpan ConnectWithin { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long an answer may take; 2 minutes. Waiting for changes takes longer by as much as is waited.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often something is asked so that the session, which ends after 30 idle minutes, does not; 10 minutes.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Objects in one page of a listing; 500. A machine's devices are some 10 kB, and a page is held in memory whole.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>How long one wait for changes lasts before it is asked for again; 60 seconds, within what proxies between tolerate.</summary>
    public TimeSpan WaitFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a task may take before nobody waits for it any more; 10 minutes. It goes on all the same.</summary>
    public TimeSpan TaskWithin { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>What the server shows as the program in its list of sessions.</summary>
    public string UserAgent { get; init; } = "portside";

    /// <summary>What to do when user or password are refused, from whoever knows where they come from; null for nothing.</summary>
    public string? WhenRefused { get; init; }

    /// <summary>What to do when the certificate is not believed, as above; null for what can be said without.</summary>
    public string? WhenNotTrusted { get; init; }

    // A record writes its members, and this one has a password.
    private bool PrintMembers(System.Text.StringBuilder text)
    {
        text.Append("Url = ").Append(Url).Append(", UserName = ").Append(UserName);
        return true;
    }
}
