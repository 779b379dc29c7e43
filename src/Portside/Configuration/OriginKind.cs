namespace Portside.Configuration;

/// <summary>The layers of the configuration; a later one wins.</summary>
internal enum OriginKind
{
    /// <summary>Nobody said anything.</summary>
    Default,

    /// <summary>The configuration file.</summary>
    File,

    /// <summary>An environment variable.</summary>
    Environment,

    /// <summary>The command line.</summary>
    CommandLine,
}
