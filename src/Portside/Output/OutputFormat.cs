namespace Portside.Output;

/// <summary>How a result is written.</summary>
internal enum OutputFormat
{
    /// <summary>Columns, for people.</summary>
    Table,

    /// <summary>JSON, as the API says it.</summary>
    Json,

    /// <summary>The same as YAML.</summary>
    Yaml,
}
