using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Portside.Lines.Uris;

namespace Portside.Lines.Dialling;

/// <summary>What may be dialled. Without rules nothing may: who dials for others is an open relay otherwise.</summary>
/// <remarks>
/// A rule by name vouches for the name, not for where its DNS points today: loopback, link-local, multicast and
/// unspecified addresses are reached only by a rule that names their network. A denying rule beats every other. The
/// concentrator's own listeners are never dialled: a machine could reach what is meant for others, or itself.
/// </remarks>
public sealed record DialPolicy
{
    /// <summary>Nothing may be dialled.</summary>
    public static DialPolicy Nothing { get; } = new();

    /// <summary>Everything may be dialled, sockets in the file system and terminal devices included: for an administrator's own configuration.</summary>
    public static DialPolicy Everything { get; } = new() { IsUnrestricted = true };

    /// <summary>What may be dialled; empty, the default, for nothing.</summary>
    public IReadOnlyList<DialRule> Allow { get; init; } = [];

    /// <summary>What may not, whatever <see cref="Allow"/> says.</summary>
    public IReadOnlyList<DialRule> Deny { get; init; } = [];

    /// <summary>Addresses this process listens on itself, asked at each dial; a wildcard address stands for all of this machine's.</summary>
    public Func<IEnumerable<IPEndPoint>>? OwnListeners { get; init; }

    /// <summary>Whether no rules hold but <see cref="Deny"/> and <see cref="OwnListeners"/>; default false.</summary>
    public bool IsUnrestricted { get; init; }

    /// <summary>Decides on one address.</summary>
    /// <param name="host">The host as the URI has it.</param>
    /// <param name="address">What it resolved to.</param>
    /// <param name="port">The port.</param>
    /// <returns>Why it may not be dialled, for people; null when it may.</returns>
    public string? Refuse(string host, IPAddress address, int port)
    {
        address = Plain(address);
        var target = new IPEndPoint(address, port);
        if (IsOwn(target))
            return $"{target} is one of this program's own listeners";
        if (Deny.FirstOrDefault(rule => rule.Matches(host, address, port)) is { } denying)
            return $"{target} is denied by '{denying}'";
        if (IsUnrestricted)
            return null;
        var special = IsSpecial(address);
        if (Allow.Any(rule => rule.Matches(host, address, port) && (rule.IsNetwork || !special)))
            return null;
        if (Allow.FirstOrDefault(rule => rule.Covers(address)) is { } near)
            return $"{target} is not on the list of what may be dialled: '{near}' allows other ports";
        return special
            ? $"{target} is a {(IPAddress.IsLoopback(address) ? "loopback" : "link-local, multicast or unspecified")} address, which only a rule for its network allows"
            : $"{target} is not on the list of what may be dialled";
    }

    /// <summary>Decides on a socket in the file system or a terminal device.</summary>
    /// <param name="path">Where it is.</param>
    /// <returns>Why it may not be opened, for people; null when it may.</returns>
    public string? RefuseLocal(string path) =>
        IsUnrestricted ? null : $"{Quoted.From(path)} is in this machine's file system, and nothing there is opened for others";

    /// <summary>Decides on a host before its name is asked for: whoever runs a name's DNS hears of each question.</summary>
    /// <param name="host">The host as the URI has it, a name.</param>
    /// <param name="port">The port.</param>
    /// <returns>Why it may not be dialled wherever it is, for people; null when its addresses decide.</returns>
    public string? RefuseName(string host, int port) =>
        IsUnrestricted || Allow.Any(rule => rule.MayMatch(host, port))
            ? null
            : $"{Quoted.From(host)} with port {port} is not on the list of what may be dialled";

    /// <summary>
    /// An address as what the system takes it for: IPv4 in IPv6's clothes as itself, the unspecified address as the loopback
    /// address, and without a zone where there is only one.
    /// </summary>
    internal static IPAddress Plain(IPAddress address)
    {
        address = Unclothed(address);
        return address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : address;
    }

    private static IPAddress Unclothed(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        return address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0, IsIPv6LinkLocal: false, IsIPv6Multicast: false }
            ? new IPAddress(address.GetAddressBytes())
            : address;
    }

    private static bool IsSpecial(IPAddress address)
    {
        if (IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6Multicast || address.IsIPv6SiteLocal)
            return true;
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            // :: itself, and the deprecated addresses that carry an IPv4 one behind 96 zero bits.
            return address.GetAddressBytes().AsSpan(0, 12).IndexOfAnyExcept((byte)0) < 0;
        }

        var bytes = address.GetAddressBytes();
        return bytes[0] is 0 or >= 224 || (bytes[0], bytes[1]) == (169, 254);
    }

    private bool IsOwn(IPEndPoint target)
    {
        foreach (var listener in OwnListeners?.Invoke() ?? [])
        {
            if (listener.Port != target.Port)
                continue;
            var address = Unclothed(listener.Address);
            if (address.Equals(target.Address))
                return true;
            if (IsAny(address) && (IPAddress.IsLoopback(target.Address) || IsThisMachine(target.Address)))
                return true;
        }

        return false;
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static bool IsThisMachine(IPAddress address)
    {
        try
        {
            return NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(card => card.GetIPProperties().UnicastAddresses)
                .Any(own => Same(own.Address, address));
        }
        catch (NetworkInformationException)
        {
            // Who cannot tell what is its own takes it for its own.
            return true;
        }

        // An address of a card carries the card's number, one that was resolved may not.
        static bool Same(IPAddress own, IPAddress other) => own.GetAddressBytes().AsSpan().SequenceEqual(other.GetAddressBytes());
    }
}
