namespace Portside.Concentrator.Clients;

/// <summary>What <see cref="EscapeScanner.Read"/> found.</summary>
public enum EscapeAction
{
    /// <summary>Nothing more to look at.</summary>
    None,

    /// <summary>Read on.</summary>
    More,

    /// <summary>The menu opens; the next byte typed is its key.</summary>
    Menu,

    /// <summary>A key of the menu.</summary>
    Key,

    /// <summary>The key typed after the menu's <c>s</c>, to follow a break.</summary>
    SysRq,

    /// <summary>The person leaves.</summary>
    Leave,
}
