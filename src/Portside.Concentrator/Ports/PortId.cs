using System.Diagnostics.CodeAnalysis;

namespace Portside.Concentrator.Ports;

/// <summary>
/// Who a port is: the virtual machine's UUID as 32 lower-case hex digits and, where the service URI carried
/// <c>?port=label</c>, a label that tells the ports of one machine apart.
/// </summary>
/// <remarks>
/// What a machine claims is untrusted: a label keeps only letters, digits, <c>-</c> and <c>_</c>, at most
/// <see cref="MaxLabelLength"/> of them, so that an id is always a safe file name.
/// </remarks>
public sealed record PortId
{
    /// <summary>Longest label, in characters.</summary>
    public const int MaxLabelLength = 64;

    private PortId(string uuid, string? label, int instance) => (Uuid, Label, Instance) = (uuid, label, instance);

    /// <summary>32 lower-case hex digits.</summary>
    public string Uuid { get; }

    /// <summary>The label, or null for a machine's only port.</summary>
    public string? Label { get; }

    /// <summary>1, or the number of a clone that claims the same UUID and label while another machine lives.</summary>
    public int Instance { get; }

    /// <summary>The UUID as 8-4-4-4-12.</summary>
    public string DisplayUuid => $"{Uuid[..8]}-{Uuid[8..12]}-{Uuid[12..16]}-{Uuid[16..20]}-{Uuid[20..]}";

    /// <summary>The id of <paramref name="uuid"/>'s port, in any spelling that holds exactly 32 hex digits.</summary>
    /// <param name="uuid">A UUID with any blanks, dashes and braces, as hosts and people spell it.</param>
    /// <param name="label">A label in the machine's own words, or null; unsafe characters become <c>_</c>.</param>
    /// <param name="id">The id.</param>
    /// <returns>False when <paramref name="uuid"/> is not a UUID.</returns>
    public static bool TryCreate(ReadOnlySpan<char> uuid, string? label, [NotNullWhen(true)] out PortId? id)
    {
        Span<char> digits = stackalloc char[32];
        var count = 0;
        id = null;
        foreach (var c in uuid)
        {
            if (char.IsAsciiHexDigit(c))
            {
                if (count == digits.Length)
                    return false;
                digits[count++] = char.ToLowerInvariant(c);
            }
            else if (c is not (' ' or '-' or '{' or '}'))
            {
                return false;
            }
        }

        if (count != digits.Length)
            return false;
        id = new PortId(new string(digits), SafeLabel(label), 1);
        return true;
    }

    /// <summary>The id of the <paramref name="instance"/>th machine that claims this UUID and label.</summary>
    /// <param name="instance">1 for the original, 2 and up for clones.</param>
    /// <returns>The id.</returns>
    public PortId WithInstance(int instance) => new(Uuid, Label, instance);

    /// <summary><c>uuid</c>, <c>uuid.label</c> or, for a clone, <c>uuid#2</c>; also the log's file name.</summary>
    /// <returns>The id.</returns>
    public override string ToString() =>
        (Label is null ? Uuid : $"{Uuid}.{Label}") + (Instance == 1 ? "" : $"#{Instance}");

    private static string? SafeLabel(string? label)
    {
        if (string.IsNullOrEmpty(label))
            return null;
        var length = Math.Min(label.Length, MaxLabelLength);
        return string.Create(length, label, static (span, text) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsAsciiLetterOrDigit(text[i]) || text[i] is '-' or '_' ? text[i] : '_';
        });
    }
}
