using System.Net;

namespace Portside.Configuration.Syntax;

/// <summary>An address of this machine: <c>192.0.2.1</c>, <c>2001:db8::1</c>, or <c>0.0.0.0</c> and <c>::</c> for all of a kind.</summary>
internal sealed class AddressSyntax : ValueSyntax<IPAddress>
{
    /// <summary>The one there is.</summary>
    public static AddressSyntax Instance { get; } = new();

    public override string Expected => "an address such as 127.0.0.1 or ::1";

    public override string? Read(string text, out IPAddress value)
    {
        var whole = text.Trim();
        var bare = whole.Length > 2 && whole[0] == '[' && whole[^1] == ']' ? whole[1..^1] : whole;
        var complaint = EndpointSyntax.ReadAddress(bare.Contains(':', StringComparison.Ordinal) ? $"[{bare}]" : bare, "0", out value);
        return complaint is null ? null : Unexpected(text);
    }

    public override string Format(IPAddress value) => value.ToString();
}
