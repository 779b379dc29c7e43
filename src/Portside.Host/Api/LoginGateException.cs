namespace Portside.Host.Api;

/// <summary>So many wrong passwords come from one address that no more logins from there can wait for their turn.</summary>
internal sealed class LoginGateException()
    : Exception("Too many wrong passwords come from this address; logins from there are not taken for the moment. Try again in some seconds.");
