namespace Portside.Testing;

/// <summary>A directory of a test's own, gone when the test is.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    /// <summary>Its full path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("portside-").FullName;

    /// <summary>The path of something in it.</summary>
    /// <param name="name">A relative path.</param>
    /// <returns>The full path.</returns>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // What a test left open or mounted is not worth a second failure.
        }
    }
}
