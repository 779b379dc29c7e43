namespace Portside.Concentrator.Guarding;

/// <summary>Whether a claim agrees with what is known of machines.</summary>
public enum GuardAnswer
{
    /// <summary>It does.</summary>
    Agrees,

    /// <summary>It does not, by what is known now.</summary>
    Differs,

    /// <summary>Nobody can say just now.</summary>
    Unknown,
}
