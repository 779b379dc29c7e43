namespace Portside.Hosting;

/// <summary>What a host in a box is.</summary>
internal enum HostShape
{
    /// <summary>A vCenter with a datacenter and a cluster of hosts.</summary>
    VCenter,

    /// <summary>A host by itself.</summary>
    Esxi,
}
