using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Portside.Concentrator.Hosting;
using Portside.Concentrator.Ports;
using Portside.Telnet.ComPort;
using Portside.Testing;
using Xunit;

namespace Portside.Concentrator.Tests.Ports;

public sealed class PortStoreTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly EventRecorder _events = new();

    private string Database => _directory["portside.db"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Every_port_gets_a_number_of_its_own_and_keeps_it()
    {
        await using var store = Open();
        Assert.Equal(50_000, store.Assign(Id(1)));
        Assert.Equal(50_001, store.Assign(Id(2)));
        Assert.Equal(50_002, store.Assign(Id(1, "label")));
        Assert.Equal(50_003, store.Assign(Id(1).WithInstance(2)));
        Assert.Equal(50_000, store.Assign(Id(1)));
    }

    [Fact]
    public async Task Numbers_names_and_times_survive_a_restart()
    {
        RememberedPort[] before;
        await using (var store = Open())
        {
            store.Assign(Id(1));
            store.Touch(Id(1), "web'); DROP TABLE port; --");
            _time.Advance(TimeSpan.FromMinutes(5));
            store.Assign(Id(2, "log").WithInstance(3));
            store.Touch(Id(3), null);
            before = [.. store.Ports];
        }

        await using var again = Open();
        Assert.Equal(before.OrderBy(p => p.Id.ToString()), again.Ports.OrderBy(p => p.Id.ToString()));
        Assert.Equal(50_001, again.Assign(Id(2, "log").WithInstance(3)));
        Assert.Equal("web'); DROP TABLE port; --", again.Find(Id(1))!.Name);
        Assert.Null(again.Find(Id(3))!.Number);
        Assert.Null(again.Find(Id(4)));
    }

    [Fact]
    public async Task A_lines_settings_survive_a_restart_part_by_part()
    {
        await using (var store = Open())
        {
            store.Touch(Id(1), null, new(115_200, 0, ComPortParity.Even, ComPortStopSize.Query));
            store.Touch(Id(1), null, new(0, 7, ComPortParity.Query, ComPortStopSize.OneAndHalf, ComPortControl.FlowHardware));
            store.Assign(Id(1));
            store.Touch(Id(2), null);
        }

        await using var again = Open();
        Assert.Equal(new(115_200, 7, ComPortParity.Even, ComPortStopSize.OneAndHalf, ComPortControl.FlowHardware), again.Find(Id(1))!.Line);
        Assert.Equal(default, again.Find(Id(2))!.Line);
    }

    [Theory]
    [InlineData("115200 8 1 1 0", 115_200u)]
    [InlineData("115200 9 1 1 0", 0u)]
    [InlineData("115200 8 6 1 0", 0u)]
    [InlineData("115200 8 1 1", 0u)]
    [InlineData("-1 8 1 1 0", 0u)]
    [InlineData("8N1", 0u)]
    [InlineData("", 0u)]
    public async Task A_line_that_makes_no_sense_is_unknown(string text, uint rate)
    {
        await using (var store = Open())
            store.Touch(Id(1), "web", LineSettings.Default);
        Execute($"UPDATE port SET line = '{text}'");
        await using var again = Open();
        Assert.Equal(rate, again.Find(Id(1))!.Line.BaudRate);
        Assert.Equal("web", again.Find(Id(1))!.Name);
    }

    [Fact]
    public async Task A_database_from_before_lines_were_kept_is_taken_over()
    {
        await using (var store = Open())
            store.Touch(Id(1), "web");
        Execute("ALTER TABLE port DROP COLUMN line", "PRAGMA user_version = 1");
        await using (var store = Open())
        {
            Assert.Equal("web", store.Find(Id(1))!.Name);
            store.Touch(Id(1), null, LineSettings.Default);
        }

        await using var again = Open();
        Assert.Equal(LineSettings.Default, again.Find(Id(1))!.Line);
    }

    [Fact]
    public async Task What_was_flushed_survives_the_death_of_the_process()
    {
        await using var store = Open();
        store.Assign(Id(1));
        await store.FlushAsync().WaitAsync(Limit);
        // What is on the disk now is all a dead process leaves.
        Directory.CreateDirectory(_directory["copy"]);
        foreach (var file in Directory.GetFiles(_directory.Path))
            File.Copy(file, Path.Combine(_directory["copy"], Path.GetFileName(file)));
        await using var after = new PortStore(_directory["copy"], 50_000, 50_009, _time, _events);
        Assert.Equal(50_000, after.Find(Id(1))!.Number);
    }

    [Fact]
    public async Task Changes_are_written_by_themselves_after_a_moment()
    {
        await using var store = Open();
        store.Assign(Id(1));
        // The writer holds the database alone, so the growth of its file is all that can be seen from outside.
        var before = new FileInfo(Database + "-wal").Length;
        using var limit = new CancellationTokenSource(Limit);
        while (new FileInfo(Database + "-wal").Length == before)
        {
            limit.Token.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Yield();
        }
    }

    [Fact]
    public async Task A_forgotten_number_is_not_given_to_another_machine_at_once()
    {
        await using (var store = Open())
        {
            store.Assign(Id(1));
            store.Assign(Id(2));
            store.Forget(Id(1));
            Assert.Null(store.Find(Id(1)));
            Assert.Equal(50_002, store.Assign(Id(3)));
        }

        await using var again = Open();
        Assert.Equal(50_003, again.Assign(Id(4)));
        for (var i = 5; i < 11; i++)
            Assert.Equal(49_999 + i, again.Assign(Id(i)));
        Assert.Equal(50_000, again.Assign(Id(11)));
        Assert.Null(again.Assign(Id(12)));
        Assert.Equal(50_001, again.Assign(Id(2)));
    }

    [Fact]
    public async Task A_number_that_cannot_be_bound_is_given_up_for_the_next()
    {
        await using var store = Open(50_000, 50_003);
        Assert.Equal(50_000, store.Assign(Id(1)));
        Assert.Equal(50_001, store.AssignAnother(Id(1)));
        Assert.Equal(50_002, store.AssignAnother(Id(1)));
        Assert.Equal(50_002, store.Assign(Id(1)));
        Assert.Equal(50_003, store.Assign(Id(2)));
        Assert.Null(store.Assign(Id(3)));
        // Nothing else is left, so what was refused may be tried again next time.
        Assert.Null(store.AssignAnother(Id(3)));
        Assert.Equal(50_000, store.Assign(Id(3)));
    }

    [Fact]
    public async Task Numbers_outside_a_changed_range_are_given_up_and_the_ports_remembered()
    {
        await using (var store = Open())
        {
            store.Assign(Id(1));
            store.Assign(Id(2));
        }

        await using var again = Open(50_001, 50_004);
        Assert.Null(again.Find(Id(1))!.Number);
        Assert.Equal(50_001, again.Find(Id(2))!.Number);
        Assert.Equal(50_002, again.Assign(Id(1)));
    }

    [Fact]
    public async Task Rows_are_bounded_and_those_seen_longest_ago_go_first()
    {
        await using (var store = Open())
        {
            for (var i = 0; i < PortStore.MaxRows; i++)
            {
                _time.Advance(TimeSpan.FromMilliseconds(1));
                store.Touch(Id(i), null);
            }

            Assert.Equal(PortStore.MaxRows, store.Ports.Count);
            store.Touch(Id(PortStore.MaxRows), null);
            Assert.True(store.Ports.Count <= PortStore.MaxRows);
            Assert.Null(store.Find(Id(0)));
            Assert.NotNull(store.Find(Id(PortStore.MaxRows)));
        }

        await using var again = Open();
        Assert.True(again.Ports.Count <= PortStore.MaxRows);
        Assert.NotNull(again.Find(Id(PortStore.MaxRows)));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("pages")]
    [InlineData("short")]
    public async Task A_damaged_database_is_set_aside_loudly_and_a_new_one_begun(string damage)
    {
        await using (var store = Open())
        {
            for (var i = 0; i < 500; i++)
                store.Touch(Id(i), new string('n', 60));
        }

        var sound = File.ReadAllBytes(Database);
        switch (damage)
        {
            case "text":
                File.WriteAllText(Database, new string('x', 5000));
                break;
            case "pages":
                sound.AsSpan(4096 + 8, sound.Length - 8192).Fill(0xA5);
                File.WriteAllBytes(Database, sound);
                break;
            default:
                File.WriteAllBytes(Database, sound[..(sound.Length / 2)]);
                break;
        }

        var damaged = File.ReadAllBytes(Database);
        await using var again = Open();
        Assert.Empty(again.Ports);
        Assert.Equal(50_000, again.Assign(Id(1)));
        var aside = Assert.Single(_events.Events, e => e.Id == 281);
        Assert.Equal(LogLevel.Error, aside.Level);
        var kept = Assert.Single(Directory.GetFiles(_directory.Path, "portside.db.damaged-*"));
        Assert.Contains(kept, aside.Text, StringComparison.Ordinal);
        Assert.Equal(damaged, File.ReadAllBytes(kept));
    }

    [Fact]
    public async Task Rows_that_make_no_sense_are_skipped_and_counted()
    {
        await using (var store = Open())
            store.Assign(Id(1));
        using (var connection = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO port VALUES ('../../etc', '', 1, 50005, NULL, 1, NULL), ('" + Id(2).Uuid + "', '', 0, 99999999999, NULL, 1, NULL), ('" + Id(3).Uuid + "', '', 1, 'x', x'00ff', -1, x'00')";
            command.ExecuteNonQuery();
        }

        await using var again = Open();
        Assert.Equal(Id(1), Assert.Single(again.Ports).Id);
        Assert.Contains("3 rows", Assert.Single(_events.Events, e => e.Id == 282).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_left_alone()
    {
        await using (var store = Open())
            store.Assign(Id(1));
        Execute("PRAGMA user_version = 3");
        var e = Assert.Throws<StateDirectoryException>(() => Open());
        Assert.Contains("newer", e.Message, StringComparison.Ordinal);
        Assert.Contains("--state", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_concentrators_never_share_a_database()
    {
        await using var store = Open();
        store.Assign(Id(1));
        await store.FlushAsync().WaitAsync(Limit);
        var e = Assert.Throws<StateDirectoryException>(() => Open());
        Assert.Contains("another portside", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("state")]
    [InlineData("state/portside.db")]
    public void A_state_directory_that_cannot_be_used_says_what_to_do(string inTheWay)
    {
        if (inTheWay == "state")
            File.WriteAllText(_directory["state"], "");
        else
            Directory.CreateDirectory(_directory[inTheWay]);
        var e = Assert.Throws<StateDirectoryException>(() => new PortStore(_directory["state"], 50_000, 50_009, _time, _events));
        Assert.Contains(_directory["state"], e.Message, StringComparison.Ordinal);
        Assert.Contains("--state", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_owner_may_read_the_database()
    {
        await using var store = Open();
        store.Assign(Id(1));
        await store.FlushAsync().WaitAsync(Limit);
        foreach (var file in Directory.GetFiles(_directory.Path))
            Assert.Equal(StateDirectory.OwnerFile, File.GetUnixFileMode(file));
        Assert.Contains(Database, Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public async Task A_full_disk_is_said_once_stops_nobody_and_what_changed_meanwhile_is_written_later()
    {
        using var disk = TinyDisk.Mount(_directory["disk"], "96k");
        await using (var store = new PortStore(disk.Path, 50_000, 50_009, _time, _events))
        {
            File.WriteAllBytes(Path.Combine(disk.Path, "ballast"), new byte[disk.FreeBytes]);
            for (var i = 0; i < 400; i++)
                store.Touch(Id(i), new string('n', 100));
            store.Assign(Id(7));
            await store.FlushAsync().WaitAsync(Limit);
            await store.FlushAsync().WaitAsync(Limit);
            Assert.Equal(LogLevel.Error, Assert.Single(_events.Events, e => e.Id == 283).Level);
            Assert.Equal(50_000, store.Find(Id(7))!.Number);

            File.Delete(Path.Combine(disk.Path, "ballast"));
            for (var i = 10; i < 400; i++)
                store.Forget(Id(i));
            await store.FlushAsync().WaitAsync(Limit);
            Assert.Single(_events.Events, e => e.Id == 284);
        }

        await using var again = new PortStore(disk.Path, 50_000, 50_009, _time, _events);
        Assert.Equal(10, again.Ports.Count);
        Assert.Equal(50_000, again.Find(Id(7))!.Number);
    }

    private PortStore Open(int first = 50_000, int last = 50_009) => new(_directory.Path, first, last, _time, _events);

    private static PortId Id(int number, string? label = null)
    {
        Assert.True(PortId.TryCreate($"564d00000000000000000000{number:x8}", label, out var id));
        return id;
    }

    private void Execute(params string[] statements)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        foreach (var statement in statements)
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are constants of these tests.
            command.CommandText = statement;
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }
    }
}
