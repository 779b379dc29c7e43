namespace Portside.Load.Streams;

/// <summary>Something that does a little at each tick of a <see cref="Pacer"/>. Must not block.</summary>
internal interface IPaced
{
    void Tick();
}
