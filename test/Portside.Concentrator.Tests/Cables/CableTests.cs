using Portside.Concentrator.Cables;
using Portside.Concentrator.Clients;
using Portside.Concentrator.Links;
using Portside.Concentrator.Tests.InMemory;
using Xunit;

namespace Portside.Concentrator.Tests.Cables;

public sealed class CableTests : IAsyncDisposable
{
    private const string Other = "77777777777777777777777777777777";

    private readonly MemoryConcentrator _concentrator = new();

    private CableBook Book => _concentrator.Remotes.Cables!;

    public ValueTask DisposeAsync() => _concentrator.DisposeAsync();

    [Fact]
    public async Task A_cable_joins_two_ports_both_ways_until_it_is_pulled()
    {
        var (a, b) = await StartBothAsync("vSPC.py");
        Assert.True(Book.Add("lab", ScriptedMachine.Uuid, Other, CableOptions.None).IsJoined);
        await a.SendAsync("\"ping\"");
        await b.ExpectAsync("\"ping\"");
        await b.SendAsync("\"pong\"");
        await a.ExpectAsync("\"pong\"");
        var cable = Assert.Single(Book.All);
        Assert.Equal((4L, 4L, 0L), (cable.BytesToB, cable.BytesToA, cable.Missed));
        Assert.True(Book.Remove("LAB"));
        Assert.Empty(_concentrator.Port.Snapshot().Clients);
        Assert.False(Book.Remove("lab"));
    }

    [Fact]
    public async Task Two_machines_that_name_one_cable_are_joined_and_a_third_is_refused()
    {
        var (a, b) = await StartBothAsync("cable:lab");
        await a.SendAsync("\"ping\"");
        await b.ExpectAsync("\"ping\"");
        var third = _concentrator.Connect();
        await third.OpenAsync();
        await third.SendAsync(ScriptedMachine.TellUuid(new string('8', 32)) + " | " + ScriptedMachine.DoProxy("cable:lab"));
        await third.ExpectAsync(ScriptedMachine.WontProxy);
        Assert.Equal(LinkEnd.Refused, await third.EndAsync());
        Assert.Equal("cable-full", Assert.Single(_concentrator.Rejections.Latest()).Reason);
    }

    [Fact]
    public async Task A_break_passes_a_cable()
    {
        var (a, b) = await StartBothAsync("cable:lab");
        await a.SendAsync("FF F3");
        await b.ExpectAsync("FF F3");
    }

    [Theory]
    [InlineData("la b", ScriptedMachine.Uuid, Other)]
    [InlineData("lab", ScriptedMachine.Uuid, ScriptedMachine.Uuid)]
    [InlineData("lab", "nobody", Other)]
    [InlineData("lab", "tcp://127.0.0.1:1", "tcp://127.0.0.1:2")]
    public async Task What_is_no_cable_is_refused_in_words(string name, string a, string b)
    {
        await _concentrator.StartAsync();
        Assert.NotEmpty(Assert.Throws<CableException>(() => Book.Add(name, a, b, CableOptions.None)).Message);
        Assert.Empty(Book.All);
    }

    [Theory]
    [InlineData("unix:/run/lab.sock")]
    [InlineData("tty:/dev/ttyS0")]
    [InlineData("unix:/srv/lines/../../run/lab.sock")]
    public async Task Sockets_and_terminals_of_this_machine_are_for_those_the_configuration_names(string line)
    {
        await _concentrator.StartAsync();
        _concentrator.Options.Remote.LocalLines.Add("/srv/lines/*");
        var error = Assert.Throws<CableException>(() => Book.Add("lab", ScriptedMachine.Uuid, line, CableOptions.None));
        Assert.Contains("remote.localLines", error.Message, StringComparison.Ordinal);
        Assert.Equal("lab", Book.Add("lab", ScriptedMachine.Uuid, "unix:/srv/lines/a", CableOptions.None).Definition.Name);
    }

    [Fact]
    public async Task One_end_is_plugged_into_one_cable()
    {
        await StartBothAsync("vSPC.py");
        Book.Add("lab", ScriptedMachine.Uuid, Other, CableOptions.None);
        Assert.True(Assert.Throws<CableException>(() => Book.Add("lab2", Other, new string('8', 32), CableOptions.None)).IsTaken);
        Assert.True(Assert.Throws<CableException>(() => Book.Add("LAB", new string('8', 32), new string('9', 32), CableOptions.None)).IsTaken);
    }

    [Fact]
    public async Task An_end_that_comes_later_is_plugged_in_when_it_comes()
    {
        var a = await _concentrator.StartAsync();
        Assert.False(Book.Add("lab", ScriptedMachine.Uuid, Other, CableOptions.None).IsJoined);
        var b = await _concentrator.StartAsync(Other);
        Book.Tidy();
        await a.SendAsync("\"ping\"");
        await b.ExpectAsync("\"ping\"");
    }

    [Fact]
    public async Task The_end_that_is_away_is_told()
    {
        var (a, b) = await StartBothAsync("vSPC.py");
        Assert.Null(Book.Add("lab", ScriptedMachine.Uuid, Other, CableOptions.None).Detail);
        await b.DisposeAsync();
        var cable = Assert.Single(Book.All);
        Assert.False(cable.IsJoined);
        var (first, second) = (_concentrator.Port.Title, _concentrator.Ports.Find(Other)!.Title);
        Assert.Equal($"{second} is away", cable.Detail);
        await a.DisposeAsync();
        Assert.Equal($"{first} and {second} are away", Assert.Single(Book.All).Detail);
        await _concentrator.StartAsync(Other);
        Assert.Equal($"{first} is away", Assert.Single(Book.All).Detail);
    }

    [Fact]
    public async Task A_break_does_not_pass_where_the_cable_may_only_listen()
    {
        var (a, b) = await StartBothAsync("vSPC.py");
        Assert.True(_concentrator.Ports.TryGet(MemoryConcentrator.Id(Other), out var port));
        _concentrator.Attach(port, "ada", ClientMode.ExclusiveWrite);
        Assert.True(Book.Add("lab", ScriptedMachine.Uuid, Other, CableOptions.None).IsJoined);
        await a.SendAsync("FF F3");
        await a.SettleAsync();
        await b.SettleAsync();
    }

    /// <summary>Breaks travel as fast as bytes do.</summary>
    [Fact]
    public async Task A_flood_of_breaks_does_not_fill_the_log()
    {
        var (a, b) = await StartBothAsync("cable:lab");
        for (var i = 0; i < 1000; i++)
        {
            await a.SendAsync("FF F3");
            await b.ExpectAsync("FF F3");
        }

        Assert.InRange(_concentrator.Events.Events.Count(e => e.Id == 202), 1, 20);
        _concentrator.Time.Advance(TimeSpan.FromMinutes(1));
        await a.SendAsync("FF F3");
        await b.ExpectAsync("FF F3");
        Assert.Contains("1000", _concentrator.Events.Events.Last(e => e.Id == 202).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cables_take_no_place_of_people()
    {
        _concentrator.Options.Console.MaxClients = 1;
        await StartBothAsync("cable:lab");
        Assert.True(Assert.Single(Book.All).IsJoined);
        _concentrator.Attach(_concentrator.Port);
        Assert.True(Book.Remove("lab"));
        Assert.Contains(
            "maxClients",
            _concentrator.Port.Attach(new TestClient("bob"), ClientMode.ReadWrite, steal: false).Refusal,
            StringComparison.Ordinal);
    }

    /// <summary>Such as one that was forgotten while the concentrator was down.</summary>
    [Fact]
    public async Task A_machines_end_is_free_again_when_nobody_knows_its_port_any_more()
    {
        await _concentrator.StartAsync(uri: "cable:lab");
        var gone = await _concentrator.StartAsync(Other, "cable:lab");
        gone.Stream.CompleteWrites();
        await gone.EndAsync();
        _concentrator.Time.Advance(TimeSpan.FromDays(2));
        _concentrator.Ports.TidyPorts();
        Assert.False(_concentrator.Ports.TryGet(MemoryConcentrator.Id(Other), out _));
        Book.Tidy();
        Assert.Null(Assert.Single(Book.All).Definition.B);
        await _concentrator.StartAsync(new string('8', 32), "cable:lab");
        Assert.True(Assert.Single(Book.All).IsJoined);
    }

    [Theory]
    [InlineData(-1, 0, 0)]
    [InlineData(10_001, 0, 0)]
    [InlineData(0, -0.1, 0)]
    [InlineData(0, 1.1, 0)]
    [InlineData(0, double.NaN, 0)]
    [InlineData(0, 0, -1)]
    public async Task What_would_make_no_sense_of_a_cable_is_refused(int delay, double loss, int baud)
    {
        await StartBothAsync("vSPC.py");
        var options = new CableOptions(TimeSpan.FromMilliseconds(delay), loss, baud);
        Assert.Throws<CableException>(() => Book.Add("lab", ScriptedMachine.Uuid, Other, options));
    }

    [Fact]
    public async Task Nobody_takes_a_lines_place_by_calling_himself_like_it()
    {
        await using var thief = _concentrator.Connect();
        await thief.StartAsync(Other, name: "tcp://127.0.0.1:1");
        await _concentrator.StartAsync();
        Assert.Equal("tcp://127.0.0.1:1", Book.Add("lab", ScriptedMachine.Uuid, "tcp://127.0.0.1:1", CableOptions.None).Definition.B);
        Assert.True(Book.Remove("lab"));
    }

    [Fact]
    public async Task A_cable_between_two_labelled_ports_of_one_machine_is_like_any()
    {
        var a = await _concentrator.StartAsync(uri: "vSPC.py?port=com1");
        var b = await _concentrator.StartAsync(uri: "vSPC.py?port=com2");
        Assert.True(Book.Add("loop", ScriptedMachine.Uuid + ".com1", ScriptedMachine.Uuid + ".com2", CableOptions.None).IsJoined);
        await a.SendAsync("\"ping\"");
        await b.ExpectAsync("\"ping\"");
    }

    [Fact]
    public async Task A_port_that_was_forgotten_is_joined_with_its_line_when_it_comes_back()
    {
        using var line = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        line.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        line.Listen();
        using var limit = new CancellationTokenSource(Patience.Limit);
        _concentrator.Ports.Expired = Book.Forget;
        var machine = await _concentrator.StartAsync();
        Book.Add("out", ScriptedMachine.Uuid, $"tcp://{line.LocalEndPoint}", CableOptions.None);
        (await line.AcceptAsync(limit.Token)).Dispose();
        await machine.DisposeAsync();
        while (_concentrator.Ports.Count > 0)
        {
            limit.Token.ThrowIfCancellationRequested();
            _concentrator.Time.Advance(TimeSpan.FromHours(25));
            _concentrator.Ports.TidyPorts();
            await Task.Yield();
        }

        machine = await _concentrator.StartAsync();
        Book.Tidy();
        using var again = await line.AcceptAsync(limit.Token);
        await machine.SendAsync("\"back\"");
        var heard = new byte[4];
        Assert.Equal(4, await again.ReceiveAsync(heard, limit.Token));
        Book.PullAll();
    }

    private async Task<(ScriptedMachine A, ScriptedMachine B)> StartBothAsync(string uri) =>
        (await _concentrator.StartAsync(uri: uri), await _concentrator.StartAsync(Other, uri));
}
