namespace Portside.Terminal;

/// <summary>Whoever read our output has gone, as <c>head</c> does; nothing more is wanted.</summary>
internal sealed class ReaderGoneException() : IOException("the reader of the output has gone");
