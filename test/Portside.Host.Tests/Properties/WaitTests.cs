using System.Text;
using System.Xml.Linq;
using Portside.Host.Properties;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;
using static Portside.Host.Tests.Properties.TestClient;

namespace Portside.Host.Tests.Properties;

public sealed class WaitTests
{
    private readonly TestInventory _inventory = new(2);
    private readonly TestClient _client;
    private string? _last;

    public WaitTests() => _client = _inventory.Login();

    private static string Names => Paths("VirtualMachine", "name");

    private string InFolder => From(_inventory.VmFolder.Reference, Along("Folder", "childEntity"), skip: true);

    [Fact]
    public async Task The_first_answer_has_everything_and_the_next_what_changed()
    {
        var filter = await _client.FilterAsync(Names + InFolder);

        var first = await _client.WaitAsync();
        Assert.Equal([filter.Value], first.Filters);
        Assert.Equal(["enter vm-101 name=m1", "enter vm-102 name=m2"], first.Updates);

        var next = _client.WaitAsync(first.Version);
        Assert.False(next.IsCompleted);
        _inventory.Children[1].Named("other");
        Assert.Equal(["modify vm-102 name=other"], (await next).Updates);
        Assert.NotEqual(first.Version, (await next).Version);
    }

    [Fact]
    public async Task A_task_is_followed_to_its_end_as_pyVmomi_does()
    {
        var task = _inventory.New(FakeObject.Task, "task-1");
        Set("queued");
        await _client.FilterAsync($"<propSet><type>Task</type><all>true</all></propSet>{From(task.Reference)}");
        var first = await _client.CallAsync(Collector, "WaitForUpdates", "<version></version>");
        Assert.Equal(["enter task-1 info=<TaskInfo>"], first.Updates);

        // Several changes between two waits are one.
        Set("running");
        Set("success");
        var next = await _client.CallAsync(Collector, "WaitForUpdates", $"<version>{first.Version}</version>");
        Assert.Equal(["modify task-1 info=<TaskInfo>"], next.Updates);
        Assert.Contains("success", next.Returned.Single().Value, StringComparison.Ordinal);

        void Set(string state) => task["info"] = VimValue.Of(new TaskInfo { Key = "task-1", State = state, Reason = new TaskReasonSystem(), Task = task.Reference });
    }

    [Fact]
    public async Task A_task_is_followed_to_its_end_as_govmomi_does()
    {
        var task = _inventory.New(FakeObject.Task, "task-1");
        task["info"] = VimValue.Of(new TaskInfo { Key = "task-1", State = "running", Reason = new TaskReasonSystem(), Task = task.Reference });
        var collector = (await _client.CallAsync(Collector, "CreatePropertyCollector")).Reference;
        var filter = await _client.FilterAsync(Paths("Task", "info") + From(task.Reference), collector);

        Assert.Equal(["enter task-1 info=<TaskInfo>"], (await _client.WaitAsync(collector: collector)).Updates);
        Assert.Equal([filter.Value], await FiltersOfAsync(collector));
        await _client.CallAsync(filter, "DestroyPropertyFilter");
        Assert.Empty(await FiltersOfAsync(collector));
        await _client.CallAsync(collector, "DestroyPropertyCollector");
        Assert.Null(_client.Session.Find(collector));
    }

    [Fact]
    public async Task Tasks_of_a_list_view_come_and_go_with_the_list()
    {
        var view = (await _client.CallAsync(Views, "CreateListView")).Reference;
        await _client.FilterAsync(Paths("Task", "info.state") + From(view, Along("ListView", "view", name: "tasks"), skip: true));
        var first = await _client.WaitAsync();
        Assert.Empty(first.Updates);
        Assert.Single(first.Filters);

        var task = _inventory.New(FakeObject.Task, "task-1");
        task["info"] = VimValue.Of(new TaskInfo { Key = "task-1", State = "running", Reason = new TaskReasonSystem(), Task = task.Reference });
        var wait = _client.WaitAsync(first.Version);
        await _client.CallAsync(view, "ModifyListView", Tag("add", task.Reference));
        Assert.Equal(["enter task-1 info.state=running"], (await wait).Updates);
        wait = _client.WaitAsync((await wait).Version);
        await _client.CallAsync(view, "ResetListView");
        Assert.Equal(["leave task-1"], (await wait).Updates);
    }

    [Fact]
    public async Task Machines_of_a_container_view_enter_change_and_leave()
    {
        var view = await _client.ContainerViewAsync(_inventory.Root, true, "VirtualMachine");
        await _client.FilterAsync(Paths("VirtualMachine", "name", "config.hardware.device") + FromView(view));
        var version = (await _client.WaitAsync()).Version;

        var wait = _client.WaitAsync(version);
        var made = _inventory.Create();
        Assert.Equal(["enter vm-103 name=m3 config.hardware.device=<ArrayOfVirtualDevice>"], (await wait).Updates);

        wait = _client.WaitAsync((await wait).Version);
        made["config"] = VimValue.Of(FakeObject.Config("m3", connected: false));
        Assert.Equal(["modify vm-103 config.hardware.device=<ArrayOfVirtualDevice>"], (await wait).Updates);

        wait = _client.WaitAsync((await wait).Version);
        _inventory.Destroy(made);
        Assert.Equal(["leave vm-103"], (await wait).Updates);
    }

    [Fact]
    public async Task A_machine_with_the_ordinal_of_one_that_is_gone_is_another_machine()
    {
        var view = await _client.ContainerViewAsync(_inventory.Root, true, "VirtualMachine");
        await _client.FilterAsync(Names + FromView(view));
        var version = (await _client.WaitAsync()).Version;

        var old = _inventory.Children[0];
        _inventory.Destroy(old);
        var made = _inventory.Create();
        made.Named("new");

        Assert.Equal(old.Ordinal, made.Ordinal);
        Assert.Equal(["leave vm-101", "enter vm-103 name=new"], (await _client.WaitAsync(version)).Updates);
    }

    [Fact]
    public async Task What_enters_and_leaves_between_two_waits_is_not_told()
    {
        var view = await _client.ContainerViewAsync(_inventory.Root, true, "VirtualMachine");
        await _client.FilterAsync(Names + FromView(view));
        var version = (await _client.WaitAsync()).Version;

        _inventory.Destroy(_inventory.Create());
        Assert.True((await _client.WaitAsync(version, seconds: 0)).IsEmpty);
    }

    [Fact]
    public async Task Only_paths_whose_property_changed_are_told_and_what_became_unset_without_a_value()
    {
        await _client.FilterAsync(Paths("VirtualMachine", "name", "config.version", "config.hardware.device[9000].backing.serviceURI", "runtime.powerState", "layout")
            + From(_inventory.Children[0].Reference));
        var first = await _client.WaitAsync();
        Assert.Equal(["enter vm-101 name=m1 config.version=vmx-13 config.hardware.device[9000].backing.serviceURI=console-1 runtime.powerState=poweredOff"], first.Updates);

        _inventory.Children[0]["config"] = VimValue.Of(FakeObject.Config("m1", "elsewhere"));
        var second = await _client.WaitAsync(first.Version);
        Assert.Equal(["modify vm-101 config.version=vmx-13 config.hardware.device[9000].backing.serviceURI=elsewhere"], second.Updates);

        _inventory.Children[0]["config"] = null;
        _inventory.Children[0].Named("b");
        var third = await _client.WaitAsync(second.Version);
        Assert.Equal(["modify vm-101 name=b config.version config.hardware.device[9000].backing.serviceURI"], third.Updates);

        _inventory.Children[0]["summary"] = null;
        _inventory.Children[1].Named("not watched");
        Assert.True((await _client.WaitAsync(third.Version, seconds: 0)).IsEmpty);
    }

    [Fact]
    public async Task Only_the_last_version_counts_and_an_empty_one_begins_again()
    {
        await _client.FilterAsync(Names + InFolder);
        var first = await _client.WaitAsync();
        _inventory.Children[0].Named("b");
        var second = await _client.WaitAsync(first.Version);

        foreach (var version in new[] { first.Version, "nonsense", "0", "-1" })
        {
            var fault = await Assert.ThrowsAsync<VimFaultException>(() => _client.WaitAsync(version));
            Assert.IsType<InvalidCollectorVersion>(fault.Fault);
        }

        Assert.True((await _client.WaitAsync(second.Version, seconds: 0)).IsEmpty);
        Assert.Equal(["enter vm-101 name=b", "enter vm-102 name=m2"], (await _client.WaitAsync("")).Updates);
    }

    [Fact]
    public async Task A_wait_ends_with_nothing_when_its_time_is_over()
    {
        await _client.FilterAsync(Names + InFolder);
        var version = (await _client.WaitAsync()).Version;
        Assert.True((await _client.CallAsync(Collector, "CheckForUpdates", $"<version>{version}</version>")).IsEmpty);

        var wait = _client.WaitAsync(version, seconds: 30);
        _inventory.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(wait.IsCompleted);
        _inventory.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await wait).IsEmpty);
        Assert.True((await _client.WaitAsync(version, seconds: 0)).IsEmpty);

        var forever = _client.WaitAsync(version, seconds: int.MaxValue);
        Assert.False(forever.IsCompleted);
        await _client.CallAsync(Collector, "CancelWaitForUpdates");
        Assert.IsType<RequestCanceled>((await Assert.ThrowsAsync<VimFaultException>(() => forever)).Fault);
        Assert.IsType<InvalidArgument>((await Assert.ThrowsAsync<VimFaultException>(() => _client.WaitAsync(version, seconds: -1))).Fault);
    }

    [Fact]
    public async Task Long_answers_come_in_parts()
    {
        await _client.FilterAsync(Names + InFolder);
        await _client.FilterAsync(Paths("Folder", "name") + From(_inventory.Root.Reference));

        var first = await _client.WaitAsync(most: 1);
        Assert.True(first.IsTruncated);
        Assert.Equal(["enter vm-101 name=m1"], first.Updates);
        _inventory.Children[0].Named("b");
        _inventory.Destroy(_inventory.Children[1]);
        var second = await _client.WaitAsync(first.Version, most: 1);
        var third = await _client.WaitAsync(second.Version, most: 1);
        Assert.Equal(["modify vm-101 name=b"], second.Updates);
        Assert.True(second.IsTruncated);
        Assert.Equal(["enter group-d1 name=Datacenters"], third.Updates);
        Assert.False(third.IsTruncated);
    }

    [Fact]
    public async Task An_answer_to_thousands_of_filters_is_bounded_and_the_next_go_on()
    {
        var machine = _inventory.Children[0];
        machine["summary"] = VimValue.Of(new string('x', 25_000));
        HashSet<string> filters = [];
        for (var i = 0; i < 1_000; i++)
            filters.Add((await _client.FilterAsync($"<propSet><type>VirtualMachine</type><all>true</all></propSet>{From(machine.Reference)}")).Value);

        var (answers, told) = await FollowAsync();
        Assert.Equal(filters, told.Select(line => line.Filter).ToHashSet());
        Assert.Equal(1_000, told.Count);
        Assert.All(told, line => Assert.Equal("vm-101", line.Object));
        Assert.InRange(answers, 4, 5); // 25 MB and more by 8 MiB each.

        machine["summary"] = VimValue.Of(new string('y', 25_000));
        (answers, told) = await FollowAsync(_last);
        Assert.Equal(1_000, told.Select(line => line.Filter).Distinct().Count());
        Assert.InRange(answers, 3, 4);
    }

    [Fact]
    public async Task Large_objects_of_one_filter_come_in_answers_of_a_size()
    {
        for (var i = 0; i < 40; i++)
            _inventory.Create()["layout"] = VimValue.Of(new string('&', 100_000 + 5_000 * i));
        await _client.FilterAsync(Paths("VirtualMachine", "name", "layout") + InFolder);

        var (answers, told) = await FollowAsync();

        Assert.Equal(_inventory.Children.Select(machine => machine.Reference.Value), told.Select(line => line.Object));
        Assert.InRange(answers, 5, 8); // 40 MB.
    }

    [Fact]
    public async Task A_single_object_that_is_too_large_comes_whole_and_alone()
    {
        _inventory.Children[0]["layout"] = VimValue.Of(new string('x', AnswerRoom.MaxBytes));
        await _client.FilterAsync(Paths("VirtualMachine", "layout") + InFolder);

        var first = await _client.WaitAsync();
        Assert.True(first.IsTruncated);
        Assert.StartsWith("enter vm-101 ", Assert.Single(first.Updates), StringComparison.Ordinal);
        var second = await _client.WaitAsync(first.Version);
        Assert.Equal(["enter vm-102"], second.Updates);
        Assert.False(second.IsTruncated);
    }

    [Fact]
    public async Task Objects_that_are_missing_by_the_ten_thousand_are_told_in_parts()
    {
        var missing = Enumerable.Range(1, 30_000).Select(number => $"task-{number}").ToHashSet();
        await _client.FilterAsync(
            Paths("Task", "info") + string.Concat(missing.Select(id => From(new("Task", id)))) + "<reportMissingObjectsInResults>true</reportMissingObjectsInResults>");
        var told = new List<string>();
        var answer = await _client.WaitAsync();
        Take();
        Assert.True(answer.IsTruncated);
        while (answer.IsTruncated)
        {
            answer = await _client.WaitAsync(answer.Version);
            Take();
        }

        Assert.Equal(missing, told.ToHashSet());
        Assert.Equal(missing.Count, told.Count);

        void Take()
        {
            AssertSize(answer);
            told.AddRange(answer.Returned.Single().Elements(Answer.Vim + "filterSet").Elements(Answer.Vim + "missingSet").Elements(Answer.Vim + "obj").Select(e => e.Value));
        }
    }

    [Fact]
    public async Task A_new_filter_wakes_a_wait()
    {
        var wait = _client.WaitAsync();
        Assert.False(wait.IsCompleted);

        await _client.FilterAsync(Names + From(_inventory.Children[0].Reference));

        Assert.Equal(["enter vm-101 name=m1"], (await wait).Updates);
    }

    [Fact]
    public async Task Waits_end_with_their_collector_their_session_and_their_caller()
    {
        var collector = (await _client.CallAsync(Collector, "CreatePropertyCollector")).Reference;
        var wait = _client.WaitAsync(collector: collector);
        await _client.CallAsync(collector, "DestroyPropertyCollector");
        Assert.IsType<RequestCanceled>((await Assert.ThrowsAsync<VimFaultException>(() => wait)).Fault);

        using var gone = new CancellationTokenSource();
        wait = _client.WaitAsync(cancellation: gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);

        wait = _client.WaitAsync();
        _client.Session.Dispose();
        Assert.IsType<NotAuthenticated>((await Assert.ThrowsAsync<VimFaultException>(() => wait)).Fault);
    }

    [Fact]
    public async Task The_well_known_collector_is_one_for_each_session()
    {
        var other = _inventory.Login();
        var filter = await _client.FilterAsync(Names + InFolder);
        var version = (await _client.WaitAsync()).Version;

        Assert.IsType<InvalidCollectorVersion>((await Assert.ThrowsAsync<VimFaultException>(() => other.WaitAsync(version))).Fault);
        Assert.IsType<ManagedObjectNotFound>((await Assert.ThrowsAsync<VimFaultException>(() => other.CallAsync(filter, "DestroyPropertyFilter"))).Fault);
        await other.FilterAsync(Names + InFolder);
        Assert.Equal(2, (await other.WaitAsync()).Updates.Length);
        _inventory.Children[0].Named("b");
        Assert.Equal(["modify vm-101 name=b"], (await other.WaitAsync("1")).Updates);
        Assert.Equal(["modify vm-101 name=b"], (await _client.WaitAsync(version)).Updates);

        // Destroyed, it is there again, without its filters.
        await _client.CallAsync(Collector, "DestroyPropertyCollector");
        Assert.Null(_client.Session.Find(filter));
        Assert.True((await _client.WaitAsync(seconds: 0)).IsEmpty);
    }

    [Fact]
    public async Task Threads_that_share_a_collector_get_the_same_answer()
    {
        await _client.FilterAsync(Names + InFolder);
        var version = (await _client.WaitAsync()).Version;

        var waits = Enumerable.Range(0, 3).Select(_ => _client.WaitAsync(version)).ToList();
        _inventory.Children[0].Named("b");
        var answers = await Task.WhenAll(waits);

        Assert.All(answers, answer => Assert.Equal(["modify vm-101 name=b"], answer.Updates));
        Assert.Single(answers.Select(answer => answer.Version).Distinct());
    }

    [Fact]
    public async Task A_filter_on_what_is_gone_is_refused_or_says_so()
    {
        var gone = new ManagedObjectReference("Task", "task-9");
        var fault = await Assert.ThrowsAsync<VimFaultException>(() => _client.FilterAsync(Paths("Task", "info") + From(gone)));
        Assert.IsType<ManagedObjectNotFound>(fault.Fault);
        fault = await Assert.ThrowsAsync<VimFaultException>(() => _client.FilterAsync(Paths("VirtualMachine", "nonsense") + From(_inventory.Children[0].Reference)));
        Assert.IsType<InvalidProperty>(fault.Fault);
        Assert.Empty(await FiltersOfAsync(Collector));

        await _client.FilterAsync(Paths("Task", "info") + From(gone) + "<reportMissingObjectsInResults>true</reportMissingObjectsInResults>");
        var first = await _client.WaitAsync();
        Assert.Contains("task-9", first.Returned.Single().Descendants(Answer.Vim + "missingSet").Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watched_object_that_is_removed_leaves()
    {
        var task = _inventory.New(FakeObject.Task, "task-1");
        await _client.FilterAsync(Paths("Task", "info") + From(task.Reference));
        var wait = _client.WaitAsync((await _client.WaitAsync()).Version);

        _inventory.Objects.Remove(task);

        Assert.Equal(["leave task-1"], (await wait).Updates);
    }

    [Fact]
    public async Task A_path_that_fits_no_more_is_missing_instead_of_failing_the_wait()
    {
        await _client.FilterAsync(Paths("VirtualMachine", "config.hardware.numCPU") + InFolder);
        var wait = _client.WaitAsync((await _client.WaitAsync()).Version);

        _inventory.Children[0]["config"] = VimValue.Of("a text");

        Assert.Equal(["modify vm-101 config.hardware.numCPU?"], (await wait).Updates);
    }

    [Fact]
    public async Task A_thousand_sessions_wait_without_a_thread_each_and_all_are_woken()
    {
        List<Task<Answer>> waits = [];
        List<TestClient> clients = [];
        for (var i = 0; i < 1000; i++)
        {
            var client = _inventory.Login();
            clients.Add(client);
            var view = await client.ContainerViewAsync(_inventory.Root, true, "VirtualMachine");
            await client.FilterAsync(Names + FromView(view));
            waits.Add(client.WaitAsync((await client.WaitAsync()).Version, seconds: 300));
        }

        // All of them wait, and every one of their calls has given its thread back.
        Assert.All(waits, wait => Assert.False(wait.IsCompleted));
        Assert.InRange(ThreadPool.ThreadCount, 0, 200);

        _inventory.Children[0].Named("b");
        foreach (var answer in await Task.WhenAll(waits).WaitAsync(Limit))
            Assert.Equal(["modify vm-101 name=b"], answer.Updates);

        waits = [.. clients.Zip(waits, (client, wait) => client.WaitAsync(wait.Result.Version, seconds: 300))];
        _inventory.Create();
        foreach (var answer in await Task.WhenAll(waits).WaitAsync(Limit))
            Assert.Equal(["enter vm-103 name=m3"], answer.Updates);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_changes_at_once_a_client_that_follows_knows_it_all_in_the_end(int seed)
    {
        var view = await _client.ContainerViewAsync(_inventory.Root, true, "VirtualMachine");
        await _client.FilterAsync(Names + FromView(view));
        var known = new Dictionary<string, string>();
        var changes = Task.Run(() =>
        {
            var random = new Random(seed);
            for (var i = 0; i < 3000; i++)
            {
                switch (random.Next(10))
                {
                    case 0 when _inventory.Children.Count < 40:
                        _inventory.Create();
                        break;
                    case 1 when _inventory.Children.Count > 0:
                        _inventory.Destroy(_inventory.Children[random.Next(_inventory.Children.Count)]);
                        break;
                    case var _ when _inventory.Children.Count > 0:
                        _inventory.Children[random.Next(_inventory.Children.Count)].Named($"n{i}");
                        break;
                }
            }
        });

        // The last change of all wakes the last wait.
        var end = changes.ContinueWith(_ => _inventory.Create().Named("end"), TaskScheduler.Default);
        var version = "";
        while (!known.ContainsValue("end"))
        {
            var answer = await _client.WaitAsync(version).WaitAsync(Limit);
            version = answer.Version;
            foreach (var update in answer.Updates)
            {
                var words = update.Split(' ');
                if (words[0] == "leave")
                    Assert.True(known.Remove(words[1]), update);
                else if (words[0] == "enter")
                    Assert.True(known.TryAdd(words[1], words[2]["name=".Length..]), update);
                else
                    known[words[1]] = known.ContainsKey(words[1]) ? words[2]["name=".Length..] : throw new InvalidOperationException(update);
            }
        }

        await end;
        Assert.Equal(
            _inventory.Children.ToDictionary(machine => machine.Reference.Value, machine => (string)machine["name"]!.Value.Value),
            known);
    }

    private async Task<string[]> FiltersOfAsync(ManagedObjectReference collector) =>
        [.. (await _client.CallAsync(collector, "Fetch", "<prop>filter</prop>")).Returned.Single().Elements().Select(e => e.Value)];

    /// <summary>Asks until an answer is not truncated.</summary>
    private async Task<(int Answers, List<(string Filter, string Object)> Told)> FollowAsync(string? version = null)
    {
        var told = new List<(string, string)>();
        for (var answers = 1; ; answers++)
        {
            var answer = await _client.WaitAsync(version);
            AssertSize(answer);
            foreach (var set in answer.Returned.Single().Elements(Answer.Vim + "filterSet"))
                told.AddRange(set.Elements(Answer.Vim + "objectSet").Select(update => (set.Element(Answer.Vim + "filter")!.Value, update.Element(Answer.Vim + "obj")!.Value)));
            _last = version = answer.Version;
            if (!answer.IsTruncated)
                return (answers, told);
        }
    }

    private static void AssertSize(Answer answer) => Assert.InRange(
        Encoding.UTF8.GetByteCount(answer.Returned.Single().ToString(SaveOptions.DisableFormatting)), 1, AnswerRoom.MaxBytes);
}
