using System.Text;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.VSphere.Tests.Soap;

/// <summary>Envelopes as clients and servers write them.</summary>
public sealed class SoapEnvelopeTests
{
    [Fact]
    public async Task A_request_of_a_Go_client_is_read()
    {
        var request = await RequestAsync("""
            <?xml version="1.0" encoding="UTF-8"?>
            <Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><RetrievePropertiesEx xmlns="urn:vim25"><_this type="PropertyCollector">propertyCollector</_this>
            <specSet><propSet><type>VirtualMachine</type><pathSet>name</pathSet></propSet><objectSet><obj type="ContainerView">v</obj><skip>true</skip>
            <selectSet xmlns:_XMLSchema-instance="http://www.w3.org/2001/XMLSchema-instance" _XMLSchema-instance:type="TraversalSpec"><type>ContainerView</type><path>view</path></selectSet></objectSet></specSet>
            <options></options></RetrievePropertiesEx></Body></Envelope>
            """);
        Assert.Equal(("RetrievePropertiesEx", "PropertyCollector:propertyCollector"), (request.Method, request.This.ToString()));
        var filter = request.Required("specSet", VimKinds.Object<PropertyFilterSpec>());
        Assert.Equal("view", Assert.IsType<TraversalSpec>(Assert.Single(Assert.Single(filter.ObjectSet).SelectSet)).Path);
        Assert.Null(request.Required("options", VimKinds.Object<RetrieveOptions>()).MaxObjects);
    }

    [Fact]
    public async Task A_request_of_pyVmomi_is_read()
    {
        var request = await RequestAsync("""
            <?xml version="1.0" encoding="UTF-8"?>
            <soapenv:Envelope xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/" xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
             xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
            <soapenv:Header><operationID>op-1</operationID></soapenv:Header>
            <soapenv:Body><ReconfigVM_Task xmlns="urn:vim25"><_this versionId="8.0.3.0" type="VirtualMachine">vm-1</_this><spec><deviceChange><operation>add</operation>
            <device xsi:type="VirtualSerialPort"><key>-1</key><backing xsi:type="VirtualSerialPortURIBackingInfo"><serviceURI>a</serviceURI><direction>server</direction></backing>
            <yieldOnPoll>true</yieldOnPoll></device></deviceChange></spec></ReconfigVM_Task></soapenv:Body></soapenv:Envelope>
            """);
        Assert.Equal("op-1", request.OperationId);
        var change = Assert.Single(request.Required("spec", VimKinds.Object<VirtualMachineConfigSpec>()).DeviceChange);
        Assert.Equal((-1, "add"), (change.Device.Key, change.Operation));
    }

    [Fact]
    public async Task Arguments_are_read_wherever_they_stand_and_unknown_ones_are_passed_over()
    {
        var request = await RequestAsync(Envelope("""<Login xmlns="urn:vim25"><novelty/><password>p</password><_this type="SessionManager">SessionManager</_this><userName>u</userName></Login>"""));
        Assert.Equal(("u", "p", null), (request.Required("userName", VimKinds.String), request.Required("password", VimKinds.String), request.Optional("locale", VimKinds.String)));
    }

    [Theory]
    [InlineData("""<!DOCTYPE x [<!ENTITY a "b">]><x/>""")]
    [InlineData("<x/>")]
    [InlineData("not XML at all")]
    [InlineData("")]
    [InlineData("""<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body/></Envelope>""")]
    [InlineData("""<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><Login xmlns="urn:vim25"/></Body></Envelope>""")]
    public async Task What_is_no_request_is_refused_with_a_reason(string text)
    {
        var refusal = await Assert.ThrowsAsync<SoapException>(() => RequestAsync(text));
        Assert.NotEmpty(refusal.Message);
    }

    [Fact]
    public async Task Limits_hold()
    {
        var deep = string.Concat(Enumerable.Repeat("<a>", 100)) + string.Concat(Enumerable.Repeat("</a>", 100));
        Assert.Contains("deeper", (await Assert.ThrowsAsync<SoapException>(() => RequestAsync(Envelope(deep)))).Message, StringComparison.Ordinal);
        var many = string.Concat(Enumerable.Repeat("<a/>", SoapLimits.Server.Elements));
        Assert.Contains("elements", (await Assert.ThrowsAsync<SoapException>(() => RequestAsync(Envelope(many)))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<SoapException>(() => RequestAsync(Envelope(new string('x', (int)SoapLimits.Server.Characters))));
    }

    [Fact]
    public async Task A_call_is_written_as_a_server_reads_it()
    {
        using var body = new MemoryStream();
        SoapEnvelope.WriteRequest(
            body, "WaitForUpdatesEx", new("PropertyCollector", "pc"),
            [new("version", VimValue.Of("a<b")), new("left", null), new("options", VimValue.Of(new WaitOptions { MaxWaitSeconds = 30 }))], "op");
        var text = Encoding.UTF8.GetString(body.ToArray());
        Assert.Contains("""<WaitForUpdatesEx xmlns="urn:vim25"><_this type="PropertyCollector">pc</_this><version>a&lt;b</version><options><maxWaitSeconds>30</maxWaitSeconds></options>""", text, StringComparison.Ordinal);
        body.Position = 0;
        Assert.Equal("op", (await SoapRequest.ReadAsync(body)).OperationId);
    }

    [Fact]
    public async Task An_answer_carries_types_as_each_client_needs_them_and_reads_back()
    {
        using var body = new MemoryStream();
        SoapEnvelope.WriteResponse(body, "RetrieveProperties", VimValue.Of<ObjectContent>(
        [
            new ObjectContent
            {
                Obj = new("VirtualMachine", "vm-1"),
                PropSet =
                [
                    new DynamicProperty { Name = "name", Val = VimValue.Of("a") },
                    new DynamicProperty { Name = "datastore", Val = VimValue.Of([new ManagedObjectReference("Datastore", "ds-1")]) },
                    new DynamicProperty { Name = "device", Val = VimValue.Of<VirtualDevice>([new VirtualSerialPort { Key = 9000 }]) },
                ],
            },
        ]));
        var text = Encoding.UTF8.GetString(body.ToArray());
        foreach (var part in (string[])["""<val xsi:type="xsd:string">a</val>""", """xsi:type="ArrayOfManagedObjectReference"><ManagedObjectReference type="Datastore">ds-1<""", """xsi:type="ArrayOfVirtualDevice"><VirtualDevice xsi:type="VirtualSerialPort"><key>9000<"""])
            Assert.Contains(part, text, StringComparison.Ordinal);

        body.Position = 0;
        var read = VimKinds.Object<ObjectContent>().Read(Assert.Single(await SoapEnvelope.ReadResponseAsync(body)));
        Assert.Equal("ds-1", Assert.Single((IEnumerable<ManagedObjectReference>)read.PropSet[1].Val.Value).Value);
        Assert.IsType<VirtualSerialPort>(Assert.Single((IEnumerable<VirtualDevice>)read.PropSet[2].Val.Value));
    }

    [Theory]
    [InlineData("""<detail><InvalidLoginFault xmlns="urn:vim25" xsi:type="InvalidLogin"/></detail>""", "InvalidLogin")]
    [InlineData("""<detail><InvalidLoginFault xmlns="urn:vim25"/></detail>""", "InvalidLogin")]
    [InlineData("""<detail><HologramFault xmlns="urn:vim25" xsi:type="Hologram"><edge>1</edge></HologramFault></detail>""", "Hologram")]
    [InlineData("", "")]
    public async Task A_fault_is_read_in_every_shape(string detail, string type)
    {
        var fault = await Assert.ThrowsAsync<VimFaultException>(() => ResponseAsync(Envelope($"<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>why</faultstring>{detail}</soapenv:Fault>")));
        Assert.Equal((type, "why"), (fault.Fault.TypeName, fault.Message));
    }

    [Fact]
    public async Task A_fault_that_is_written_reads_back_by_its_elements_name()
    {
        using var body = new MemoryStream();
        SoapEnvelope.WriteFault(body, "gone", new ManagedObjectNotFound { Obj = new("VirtualMachine", "vm-1") });
        Assert.Contains("""<detail><ManagedObjectNotFoundFault xsi:type="ManagedObjectNotFound" xmlns="urn:vim25">""", Encoding.UTF8.GetString(body.ToArray()), StringComparison.Ordinal);
        body.Position = 0;
        var fault = await Assert.ThrowsAsync<VimFaultException>(() => SoapEnvelope.ReadResponseAsync(body));
        Assert.Equal("vm-1", Assert.IsType<ManagedObjectNotFound>(fault.Fault).Obj.Value);
    }

    [Fact]
    public async Task An_unknown_element_goes_back_as_it_came_with_its_types_prefix_taken_off()
    {
        var returned = await ResponseAsync(Envelope("""
            <GetResponse xmlns="urn:vim25" xmlns:v="urn:vim25"><returnval xsi:type="VirtualSerialPort"><key>1</key><new xsi:type="v:Hologram"><n xsi:type="xsd:int">3</n></new><yieldOnPoll>true</yieldOnPoll></returnval></GetResponse>
            """));
        var port = VimKinds.Object<VirtualDevice>().Read(Assert.Single(returned));
        using var body = new MemoryStream();
        SoapEnvelope.WriteRequest(body, "Set", new("A", "a"), [new("device", VimValue.Of(port))]);
        Assert.Contains("""<device xsi:type="VirtualSerialPort"><key>1</key><yieldOnPoll>true</yieldOnPoll><new xsi:type="Hologram"><n xsi:type="xsd:int">3</n></new></device>""", Encoding.UTF8.GetString(body.ToArray()), StringComparison.Ordinal);
    }

    private static string Envelope(string body) => $"""
        <soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>{body.Trim()}</soapenv:Body></soapenv:Envelope>
        """;

    private static Task<SoapRequest> RequestAsync(string text) => SoapRequest.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private static Task<IReadOnlyList<System.Xml.Linq.XElement>> ResponseAsync(string text) => SoapEnvelope.ReadResponseAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)));
}
