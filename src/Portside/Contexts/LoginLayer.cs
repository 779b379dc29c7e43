namespace Portside.Contexts;

/// <summary>What one place says of a vSphere and of who logs in there: the command line, the environment, or a context.</summary>
internal abstract class LoginLayer
{
    /// <summary>The vCenter or ESXi.</summary>
    public abstract Said? Url { get; }

    /// <summary>Who logs in.</summary>
    public abstract Said? User { get; }

    /// <summary>Where the password is.</summary>
    public abstract PasswordSource? Password { get; }

    /// <summary>The datacenter to which everything is limited.</summary>
    public abstract Said? Datacenter { get; }

    /// <summary>Which certificates are believed.</summary>
    /// <param name="server">Of whom; a list of known servers says nothing of others.</param>
    /// <returns>Null where nothing is said of it.</returns>
    /// <exception cref="Commands.CommandFailure">What is said makes no sense.</exception>
    public abstract TrustSource? Trust(Uri server);
}
