using Portside.VSphere.Soap;

namespace Portside.Host.Inventory;

/// <summary>A method that is being called.</summary>
/// <param name="Request">Its arguments.</param>
/// <param name="Session">Who calls; null for somebody who has not logged in.</param>
/// <param name="Peer">Where the caller is.</param>
/// <param name="Cancellation">Ends when the caller is gone.</param>
public sealed record MethodCall(SoapRequest Request, Session? Session, CallerAddress Peer, CancellationToken Cancellation)
{
    /// <summary>Who calls a method that cannot be called without a session.</summary>
    public Session Caller => Session ?? throw new InvalidOperationException($"{Request.Method} was called without a session.");

    /// <summary>Opened by <c>Login</c>, for the server to hand out; null otherwise.</summary>
    public Session? Opened { get; set; }

    /// <summary>Refuses the call if its user lacks a privilege that only the arguments show it needs.</summary>
    /// <param name="target">On what.</param>
    /// <param name="privilege">VMware's name of it.</param>
    /// <exception cref="VimFaultException">The user lacks it.</exception>
    public void Demand(ManagedObject target, string privilege)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (!Caller.User.Has(privilege))
            throw Fault.NoPermission(target, privilege);
    }
}
