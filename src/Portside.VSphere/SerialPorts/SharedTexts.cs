using System.Diagnostics.CodeAnalysis;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.VSphere.SerialPorts;

/// <summary>Keeps texts that thousands of machines have alike (states, URIs, labels, hosts) once instead of once for each.</summary>
internal sealed class SharedTexts
{
    // What every machine has to itself would fill the table and gain nothing.
    private const int Most = 4096;

    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<ManagedObjectReference, ManagedObjectReference> _references = [];

    /// <summary>The text, of which there is one.</summary>
    /// <param name="text">A text like it.</param>
    [return: NotNullIfNotNull(nameof(text))]
    public string? Shared(string? text)
    {
        if (text is null)
            return null;
        if (_texts.TryGetValue(text, out var known))
            return known;
        if (_texts.Count < Most)
            _texts.Add(text, text);
        return text;
    }

    /// <summary>The reference, of which there is one.</summary>
    /// <param name="reference">A reference like it.</param>
    [return: NotNullIfNotNull(nameof(reference))]
    public ManagedObjectReference? Shared(ManagedObjectReference? reference)
    {
        if (reference is null)
            return null;
        if (_references.TryGetValue(reference, out var known))
            return known;
        if (_references.Count < Most)
            _references.Add(reference, reference);
        return reference;
    }

    /// <summary>A device with texts of which there is one.</summary>
    /// <param name="device">The device; it is changed.</param>
    public VirtualSerialPort Shared(VirtualSerialPort device)
    {
        if (device.DeviceInfo is { } info)
        {
            info.Label = Shared(info.Label);
            info.Summary = Shared(info.Summary);
        }

        if (device.Connectable is { } connectable)
            connectable.Status = Shared(connectable.Status);
        if (device.Backing is VirtualDeviceURIBackingInfo network)
        {
            network.ServiceUri = Shared(network.ServiceUri);
            network.Direction = Shared(network.Direction);
            network.ProxyUri = Shared(network.ProxyUri);
        }

        return device;
    }
}
