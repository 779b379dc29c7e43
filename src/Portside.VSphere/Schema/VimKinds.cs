using System.Collections.Concurrent;
using System.Globalization;

namespace Portside.VSphere.Schema;

/// <summary>The kinds of values that vim25 has.</summary>
public static class VimKinds
{
    private static readonly ConcurrentDictionary<string, VimKind<string>> Enumerations = new(StringComparer.Ordinal);

    /// <summary><c>xsd:string</c>.</summary>
    public static VimKind<string> String { get; } = new TextKind<string>("xsd:string", "string", text => text, text => text);

    /// <summary><c>xsd:boolean</c>: <c>true</c>, <c>false</c>; read as <c>1</c> and <c>0</c> too.</summary>
    public static VimKind<bool> Boolean { get; } = new TextKind<bool>(
        "xsd:boolean",
        "boolean",
        flag => flag ? "true" : "false",
        text => text.Trim() switch
        {
            "true" or "1" => true,
            "false" or "0" => false,
            _ => throw new FormatException(),
        });

    /// <summary><c>xsd:byte</c>.</summary>
    public static VimKind<sbyte> Byte { get; } = Number<sbyte>("byte");

    /// <summary><c>xsd:short</c>.</summary>
    public static VimKind<short> Short { get; } = Number<short>("short");

    /// <summary><c>xsd:int</c>.</summary>
    public static VimKind<int> Int { get; } = Number<int>("int");

    /// <summary><c>xsd:long</c>.</summary>
    public static VimKind<long> Long { get; } = Number<long>("long");

    /// <summary><c>xsd:float</c>.</summary>
    public static VimKind<float> Float { get; } = Number<float>("float");

    /// <summary><c>xsd:double</c>.</summary>
    public static VimKind<double> Double { get; } = Number<double>("double");

    /// <summary><c>xsd:dateTime</c>, written in UTC with microseconds as vSphere does.</summary>
    public static VimKind<DateTimeOffset> DateTime { get; } = new TextKind<DateTimeOffset>(
        "xsd:dateTime",
        "dateTime",
        time => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        text => DateTimeOffset.Parse(text.Trim(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));

    /// <summary><c>xsd:base64Binary</c>.</summary>
    public static VimKind<byte[]> Binary { get; } =
        new TextKind<byte[]>("xsd:base64Binary", "base64Binary", Convert.ToBase64String, Convert.FromBase64String);

    /// <summary><c>xsd:anyURI</c>.</summary>
    public static VimKind<string> Uri { get; } = new TextKind<string>("xsd:anyURI", "anyURI", text => text, text => text);

    /// <summary>A reference to a managed object.</summary>
    public static VimKind<ManagedObjectReference> Reference { get; } = new ReferenceKind();

    /// <summary><c>xsd:anyType</c>.</summary>
    public static VimKind<VimValue> Any { get; } = new AnyKind();

    /// <summary>An enumeration: a text here, so that a newer server's value is one too.</summary>
    /// <param name="name">Type name.</param>
    /// <returns>The kind.</returns>
    public static VimKind<string> Enumeration(string name) =>
        Enumerations.GetOrAdd(name, NewEnumeration);

    /// <summary>An enumeration of a name that a peer said: nobody makes this program remember names for good.</summary>
    internal static VimKind<string> Said(string name) => Enumerations.TryGetValue(name, out var known) ? known : NewEnumeration(name);

    /// <summary>A data object.</summary>
    /// <typeparam name="T">Declared type.</typeparam>
    /// <returns>The kind.</returns>
    public static VimKind<T> Object<T>()
        where T : VimObject, IVimData => ObjectKind<T>.Instance;

    private static TextKind<string> NewEnumeration(string name) => new(name, name, static text => text, static text => text);

    private static TextKind<T> Number<T>(string name)
        where T : struct, IParsable<T>, IFormattable => new(
            "xsd:" + name,
            name,
            number => number.ToString(null, CultureInfo.InvariantCulture),
            text => T.Parse(text.Trim(), CultureInfo.InvariantCulture));
}
