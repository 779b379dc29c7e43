using System.Text;
using System.Xml.Linq;
using Portside.Host.Inventory;
using Portside.Host.Properties;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.Host.Tests.Properties;

/// <summary>A client that writes calls and reads answers as they are on the wire, without the wire.</summary>
internal sealed class TestClient(ManagedObjects objects, Session? session)
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    public static readonly ManagedObjectReference Collector = new("PropertyCollector", "propertyCollector");
    public static readonly ManagedObjectReference Views = new("ViewManager", "ViewManager");

    public const string AllTraversals =
        """
        <selectSet xsi:type="TraversalSpec"><name>folders</name><type>Folder</type><path>childEntity</path><skip>false</skip>
          <selectSet><name>folders</name></selectSet><selectSet><name>vmFolder</name></selectSet><selectSet><name>hostFolder</name></selectSet>
          <selectSet><name>hosts</name></selectSet><selectSet><name>pools</name></selectSet></selectSet>
        <selectSet xsi:type="TraversalSpec"><name>vmFolder</name><type>Datacenter</type><path>vmFolder</path><skip>false</skip>
          <selectSet><name>folders</name></selectSet></selectSet>
        <selectSet xsi:type="TraversalSpec"><name>hostFolder</name><type>Datacenter</type><path>hostFolder</path><skip>false</skip>
          <selectSet><name>folders</name></selectSet></selectSet>
        <selectSet xsi:type="TraversalSpec"><name>hosts</name><type>ComputeResource</type><path>host</path><skip>false</skip>
          <selectSet><name>machines</name></selectSet></selectSet>
        <selectSet xsi:type="TraversalSpec"><name>pools</name><type>ComputeResource</type><path>resourcePool</path><skip>false</skip></selectSet>
        <selectSet xsi:type="TraversalSpec"><name>machines</name><type>HostSystem</type><path>vm</path><skip>false</skip></selectSet>
        """;

    public Session Session => session!;

    public async Task<Answer> CallAsync(ManagedObjectReference target, string method, string arguments = "", CancellationToken cancellation = default)
    {
        var envelope = $"""
            <Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Body>
            <{method} xmlns="urn:vim25"><_this type="{target.Type}">{target.Value}</_this>{arguments}</{method}></Body></Envelope>
            """;
        var request = await SoapRequest.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(envelope)), cancellation: CancellationToken.None);
        var call = new MethodCall(request, session, new CallerAddress("127.0.0.1", "test"), cancellation);
        var found = session?.Find(target) ?? objects.Find(target) ?? throw new VimFaultException(new ManagedObjectNotFound { Obj = target }, "gone");
        var result = method == PropertyFetch.Method
            ? PropertyFetch.Fetch(found, call)
            : await found.Type.FindMethod(method)!.Run(found, call).AsTask().WaitAsync(Limit, CancellationToken.None);
        using var written = new MemoryStream();
        SoapEnvelope.WriteResponse(written, method, result.Value, result.Typed);
        var response = XDocument.Parse(Encoding.UTF8.GetString(written.ToArray())).Descendants().Single(e => e.Name.LocalName == method + "Response");
        return new Answer([.. response.Elements()]);
    }

    public Task<Answer> RetrieveAsync(string specSet, string method = "RetrieveProperties", string more = "") =>
        CallAsync(Collector, method, $"<specSet>{specSet}</specSet>{more}");

    public async Task<ManagedObjectReference> FilterAsync(string spec, ManagedObjectReference? collector = null) =>
        (await CallAsync(collector ?? Collector, "CreateFilter", $"<spec>{spec}</spec><partialUpdates>false</partialUpdates>")).Reference;

    public Task<Answer> WaitAsync(string? version = null, int? seconds = null, int? most = null, ManagedObjectReference? collector = null, CancellationToken cancellation = default) => CallAsync(
        collector ?? Collector,
        "WaitForUpdatesEx",
        (version is null ? "" : $"<version>{version}</version>")
            + (seconds is null && most is null
                ? ""
                : $"<options>{(seconds is null ? "" : $"<maxWaitSeconds>{seconds}</maxWaitSeconds>")}{(most is null ? "" : $"<maxObjectUpdates>{most}</maxObjectUpdates>")}</options>"),
        cancellation);

    public async Task<ManagedObjectReference> ContainerViewAsync(FakeObject container, bool recursive = true, params string[] types) => (await CallAsync(
        Views,
        "CreateContainerView",
        $"{Tag("container", container.Reference)}{string.Concat(types.Select(type => $"<type>{type}</type>"))}<recursive>{(recursive ? "true" : "false")}</recursive>")).Reference;

    /// <summary>What is in a view, by id.</summary>
    public async Task<string[]> ViewAsync(ManagedObjectReference view) =>
        [.. (await CallAsync(view, "Fetch", "<prop>view</prop>")).Returned.Single().Elements().Select(e => e.Value)];

    public static string Tag(string name, ManagedObjectReference reference) => $"""<{name} type="{reference.Type}">{reference.Value}</{name}>""";

    public static string Paths(string type, params string[] paths) =>
        $"<propSet><type>{type}</type>{string.Concat(paths.Select(path => $"<pathSet>{path}</pathSet>"))}</propSet>";

    public static string From(ManagedObjectReference start, string selectSet = "", bool? skip = null) =>
        $"<objectSet>{Tag("obj", start)}{(skip is { } value ? $"<skip>{(value ? "true" : "false")}</skip>" : "")}{selectSet}</objectSet>";

    public static string Along(string type, string path, string more = "", string? name = null) =>
        $"""<selectSet xsi:type="TraversalSpec">{(name is null ? "" : $"<name>{name}</name>")}<type>{type}</type><path>{path}</path>{more}</selectSet>""";

    public static string FromView(ManagedObjectReference view) => From(view, Along(view.Type, "view"), skip: true);
}
