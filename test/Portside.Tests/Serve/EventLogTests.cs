using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Portside.Configuration;
using Portside.Serve;

namespace Portside.Tests.Serve;

public sealed class EventLogTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [Fact]
    public void An_event_is_one_line_whatever_a_name_in_it_holds() => Assert.Equal(
        "2026-01-31 12:00:00.000Z info  hello \\x0aroot\\x1b[2J\n",
        Logged(EventFormat.Text, isJournal: false, l => l.Hello("\nroot\u001b[2J")));

    [Fact]
    public void The_journal_gets_a_priority_and_keeps_its_own_time() =>
        Assert.Equal("<4>careful\n", Logged(EventFormat.Text, isJournal: true, l => l.Careful()));

    [Fact]
    public void Programs_get_an_object_with_every_value()
    {
        var line = Logged(EventFormat.Json, isJournal: true, l => l.Broke(new IOException("disk"), 5, "web\n01"));

        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        Assert.Equal(
            ("2026-01-31T12:00:00.000Z", "error", 123, "Broke", "Portside.Test", "lost 5 of web\n01"),
            (root.GetProperty("at").GetString(), root.GetProperty("level").GetString(), root.GetProperty("id").GetInt32(), root.GetProperty("event").GetString(),
                root.GetProperty("category").GetString(), root.GetProperty("message").GetString()));
        Assert.Equal(5, root.GetProperty("fields").GetProperty("count").GetInt32());
        Assert.Equal("web\n01", root.GetProperty("fields").GetProperty("port").GetString());
        Assert.StartsWith("System.IO.IOException: disk", root.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, line.Count(c => c == '\n'));
    }

    [Fact]
    public void An_exception_stays_on_its_line()
    {
        var line = Logged(EventFormat.Text, isJournal: false, l =>
        {
            try
            {
                throw new IOException("disk");
            }
            catch (IOException e)
            {
                l.Broke(e, 5, "web01");
            }
        });

        Assert.Contains("error lost 5 of web01: System.IO.IOException: disk |    at Portside.Tests", line, StringComparison.Ordinal);
        Assert.Equal(1, line.Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("Portside.Links", LogLevel.Information, true)]
    [InlineData("Portside.Links", LogLevel.Debug, false)]
    [InlineData("Microsoft.Hosting.Lifetime", LogLevel.Information, false)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error, true)]
    public void Ours_are_written_from_the_level_on_and_the_frameworks_when_something_is_wrong(string category, LogLevel level, bool wanted)
    {
        using var log = new EventLog(TextWriter.Null, new DiagnosticsOptions(), isJournal: false, TimeProvider.System);

        Assert.Equal(wanted, log.Wants(category, level));
    }

    [Fact]
    public async Task Nobody_waits_for_a_log_that_is_not_read_and_what_was_dropped_is_counted()
    {
        using var writer = new StuckWriter();
        using (var log = new EventLog(writer, new DiagnosticsOptions(), isJournal: false, new FakeTimeProvider()))
        {
            var logger = log.CreateLogger("Portside.Test");
            logger.Hello("first");
            await writer.Stuck.WaitAsync(Limit);
            for (var i = 0; i < 10_000; i++)
                logger.Hello("more");
            writer.Release();
            await writer.Dropped.WaitAsync(Limit);
        }

        Assert.Contains("1808 events were dropped: the log was not read fast enough", writer.ToString(), StringComparison.Ordinal);
    }

    private static string Logged(EventFormat format, bool isJournal, Action<ILogger> log)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        using (var events = new EventLog(writer, new DiagnosticsOptions { Format = format }, isJournal, new FakeTimeProvider(Commands.Samples.Noon)))
            log(events.CreateLogger("Portside.Test"));
        return writer.ToString();
    }

    /// <summary>Takes a first line only once it is released.</summary>
    private sealed class StuckWriter : StringWriter
    {
        private readonly TaskCompletionSource _stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _dropped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _release = new();

        public Task Stuck => _stuck.Task;

        public Task Dropped => _dropped.Task;

        public void Release() => _release.Set();

        public override void WriteLine(string? value)
        {
            _stuck.TrySetResult();
            Assert.True(_release.Wait(Limit));
            base.WriteLine(value);
            if (value?.Contains("dropped", StringComparison.Ordinal) == true)
                _dropped.TrySetResult();
        }

        protected override void Dispose(bool disposing)
        {
            _release.Dispose();
            base.Dispose(disposing);
        }
    }
}
