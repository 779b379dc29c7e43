using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Portside.Host.Inventory;
using Portside.Host.Properties;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.Host.Api;

/// <summary>Finds the object and the method of a call, sees that the caller may, and turns whatever goes wrong into a fault.</summary>
/// <param name="objects">All objects that do not belong to one session.</param>
/// <param name="logger">Hears of mistakes.</param>
/// <param name="before">Called before each call is dealt with, and may end its session; null for nobody.</param>
internal sealed partial class VimDispatcher(ManagedObjects objects, ILogger logger, Func<MethodCall, ValueTask>? before = null)
{
    /// <summary>Unknown methods that are told of; who sends more makes names up.</summary>
    private const int MaxTold = 200;

    private readonly ConcurrentDictionary<(string Type, string Method), bool> _unknown = new();

    /// <summary>Runs a call.</summary>
    /// <param name="call">The call.</param>
    /// <returns>What it returns.</returns>
    /// <exception cref="VimFaultException">It failed, for reasons that the client may know.</exception>
    /// <exception cref="OperationCanceledException">The caller is gone, its session ended, or the server ends.</exception>
    public async ValueTask<MethodResult> RunAsync(MethodCall call)
    {
        try
        {
            if (before is not null)
                await before(call);
            if (call.Session is { } session && session.Ended.IsCancellationRequested)
                throw NotAuthenticated(call.Request.This, Privileges.View);
            return await FindAndRunAsync(call);
        }
        catch (SoapException e)
        {
            throw Invalid(e);
        }
        catch (Exception e) when (e is not (VimFaultException or OperationCanceledException))
        {
            throw Unexpected(call.Request, e);
        }
    }

    /// <summary>What a message is told that is no call, or one with arguments that are none.</summary>
    public static VimFaultException Invalid(SoapException e) => new(new InvalidRequest(), e.Message);

    /// <summary>What is told of a mistake of ours: the log has the rest.</summary>
    public VimFaultException Unexpected(SoapRequest request, Exception e)
    {
        LogUnexpected(logger, e, Short(request.Method), Short(request.This.ToString()), Short(request.OperationId ?? "-"));
        const string Text = "The server made a mistake; its log says which.";
        return new VimFaultException(new SystemError { Reason = Text }, Text);
    }

    /// <summary>What somebody is told who has not logged in, or not for long enough.</summary>
    public static VimFaultException NotAuthenticated(ManagedObjectReference target, string privilege) => new(
        new NotAuthenticated { Object = target, PrivilegeId = privilege },
        "The session is not authenticated.");

    private async ValueTask<MethodResult> FindAndRunAsync(MethodCall call)
    {
        var request = call.Request;
        var target = call.Session?.Find(request.This) ?? objects.Find(request.This);
        if (target is null)
        {
            throw call.Session is null
                ? NotAuthenticated(request.This, Privileges.View)
                : Fault.NotFound(request.This);
        }

        if (request.Method == PropertyFetch.Method)
            return PropertyFetch.Fetch(target, call);

        if (target.Type.FindMethod(request.Method) is not { } method)
        {
            TellUnknown(Short(request.Method), target.Type.Name);
            throw new VimFaultException(
                new MethodNotFound { Receiver = request.This, Method = Short(request.Method) },
                $"A {target.Type.Name} of this server has no method '{Short(request.Method)}'.");
        }

        Demand(call, target, method.Privilege);
        return await method.Run(target, call);
    }

    /// <summary>Whoever tries a client wants to know what it misses, but once.</summary>
    private void TellUnknown(string method, string type)
    {
        if (_unknown.Count < MaxTold && _unknown.TryAdd((type, method), default))
            LogUnknownMethod(logger, method, type);
    }

    private static void Demand(MethodCall call, ManagedObject target, string privilege)
    {
        if (privilege == Privileges.Anonymous)
            return;
        if (call.Session is null)
            throw NotAuthenticated(target.Reference, privilege);
        call.Demand(target, privilege);
    }

    private static string Short(string text) => text.Length <= 100 ? text : text[..100] + "…";

    [LoggerMessage(1420, LogLevel.Error, "{Method} of {Target} failed unexpectedly (operation {Operation})")]
    private static partial void LogUnexpected(ILogger logger, Exception error, string method, string target, string operation);

    [LoggerMessage(1421, LogLevel.Warning, "A client called {Method} of a {Type}, which this server does not have; it was answered with MethodNotFound")]
    private static partial void LogUnknownMethod(ILogger logger, string method, string type);
}
