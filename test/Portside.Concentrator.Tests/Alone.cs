using Xunit;

namespace Portside.Concentrator.Tests;

/// <summary>For tests that measure the process itself: nothing else runs beside them.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class Alone;
