using System.Reflection;
using Portside.Testing;
using Xunit.Sdk;
using Xunit.v3;

namespace Portside.Telnet.Tests;

/// <summary>
/// Runs a theory with a stream and the tokens in it, for every way to feed it. Its parameters are
/// <c>(byte[] stream, string[] tokens, Feeding feeding)</c>; tokens are written as <see cref="Tokens"/> writes them.
/// </summary>
/// <param name="script">The stream, as <see cref="HexScript"/> reads it.</param>
/// <param name="tokens">What is in it.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class TelnetBytesAttribute(string script, params string[] tokens) : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(
        MethodInfo testMethod,
        DisposalTracker disposalTracker)
    {
        var rows = new List<ITheoryDataRow>();
        foreach (var feeding in Enum.GetValues<Feeding>())
        {
            rows.Add(new TheoryDataRow<byte[], string[], Feeding>(HexScript.Bytes(script), tokens, feeding)
            {
                TestDisplayName = $"{testMethod.Name} ({script}, {feeding})",
            });
        }

        return new(rows);
    }

    public override bool SupportsDiscoveryEnumeration() => true;
}
