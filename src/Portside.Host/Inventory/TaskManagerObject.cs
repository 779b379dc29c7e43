using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;
using Portside.VSphere.Soap;

namespace Portside.Host.Inventory;

/// <summary>Starts tasks, one at a time for each entity, and keeps those that ended for a while.</summary>
public sealed partial class TaskManagerObject : ManagedObject
{
    /// <summary>How long an ended task stays readable.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    /// <summary>Ended tasks kept, at most: beyond, the oldest go before their time.</summary>
    private const int MaxEnded = 20_000;

    /// <summary>Tasks that run or wait, at most.</summary>
    private const int MaxUnderWay = 10_000;

    /// <summary>Tasks that <c>recentTask</c> lists.</summary>
    private const int MaxRecent = 20;

    private readonly HostInventory _inventory;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Queue<TaskObject> _ended = new();
    private readonly LinkedList<TaskObject> _recent = new();
    private readonly ConcurrentDictionary<ManagedObject, Task> _turns = new();
    private int _underWay;

    internal TaskManagerObject(HostInventory inventory, ILogger logger)
        : base(new ManagedObjectReference("TaskManager", inventory.IsVCenter ? "TaskManager" : "ha-taskmgr"))
    {
        _inventory = inventory;
        _logger = logger;
    }

    /// <summary>Properties and methods.</summary>
    public static ManagedType ManagerType { get; } = new ManagedType<TaskManagerObject>("TaskManager")
        .Property("recentTask", static o => VimValue.Of(o.Recent()))
        .Property("maxCollector", static _ => new VimValue(VimKinds.Int, false, 0))
        .Unset("description");

    /// <inheritdoc/>
    public override ManagedType Type => ManagerType;

    /// <summary>Tasks that run or wait.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>Starts a task whose work does not wait.</summary>
    internal MethodResult Start(MethodCall call, string name, string descriptionId, ManagedEntity? entity, Func<TaskRun, VimValue?> work) =>
        Start(call, name, descriptionId, entity, run => Task.FromResult(work(run)));

    /// <summary>Starts a task.</summary>
    /// <param name="call">The call that asks for it.</param>
    /// <param name="name">The method's name.</param>
    /// <param name="descriptionId">vSphere's name of what it does, such as <c>VirtualMachine.reconfigure</c>.</param>
    /// <param name="entity">On whom; tasks of one entity follow each other.</param>
    /// <param name="work">What it does; faults are thrown.</param>
    /// <param name="isUndisturbed">Whether nothing goes wrong on demand.</param>
    /// <returns>A reference to it.</returns>
    internal MethodResult Start(
        MethodCall call,
        string name,
        string descriptionId,
        ManagedEntity? entity,
        Func<TaskRun, Task<VimValue?>> work,
        bool isUndisturbed = false)
    {
        if (Interlocked.Increment(ref _underWay) > MaxUnderWay)
        {
            Interlocked.Decrement(ref _underWay);
            throw new VimFaultException(new InsufficientResourcesFault(), $"There are {MaxUnderWay} tasks under way: wait for some.");
        }

        var reference = _inventory.NewReference("Task", "task-");
        var task = new TaskObject(_inventory, reference, new TaskInfo
        {
            Key = reference.Value,
            Task = reference,
            Name = name,
            DescriptionId = descriptionId,
            Entity = entity?.Reference,
            EntityName = entity?.Name,
            State = "queued",
            Cancelable = true,
            Reason = new TaskReasonUser { UserName = call.Caller.User.Name },
            QueueTime = _inventory.Time.GetUtcNow(),
            EventChainId = int.Parse(reference.Value.AsSpan(reference.Value.LastIndexOf('-') + 1), CultureInfo.InvariantCulture),
        })
        {
            IsUndisturbed = isUndisturbed,
        };
        Keep(task);
        if (entity is null)
        {
            _ = RunAsync(task, null, Task.CompletedTask, work);
            return reference;
        }

        Task turn;
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            var before = _turns.GetValueOrDefault(entity) ?? Task.CompletedTask;
            _turns[entity] = ended.Task;

            // One that is cancelled while it waits ends early, but the one behind it still waits for the one before.
            turn = Task.WhenAll(before, RunAsync(task, entity, before, work));
        }

        _ = turn.ContinueWith(
            _ =>
            {
                _turns.TryRemove(KeyValuePair.Create<ManagedObject, Task>(entity, ended.Task));
                ended.SetResult();
            },
            TaskScheduler.Default);
        return reference;
    }

    /// <summary>The tasks of one entity among the recent ones.</summary>
    internal IReadOnlyList<ManagedObjectReference> RecentOf(ManagedEntity entity)
    {
        lock (_lock)
            return [.. _recent.Where(task => task.Info.Entity == entity.Reference).Select(task => task.Reference)];
    }

    private List<ManagedObjectReference> Recent()
    {
        lock (_lock)
            return [.. _recent.Select(task => task.Reference)];
    }

    private void Keep(TaskObject task)
    {
        _inventory.Objects.Add(task);
        lock (_lock)
        {
            _recent.AddLast(task);
            if (_recent.Count > MaxRecent)
                _recent.RemoveFirst();
        }

        _inventory.Objects.Tell(this, "recentTask");
    }

    private void KeepForAWhile(TaskObject task)
    {
        List<TaskObject> old = [];
        var wasRecent = false;
        lock (_lock)
        {
            _ended.Enqueue(task);
            var limit = _inventory.Time.GetUtcNow() - Kept;
            while (_ended.TryPeek(out var first) && (_ended.Count > MaxEnded || first.Info.CompleteTime < limit))
            {
                old.Add(_ended.Dequeue());
                wasRecent |= _recent.Remove(first);
            }
        }

        if (wasRecent)
            _inventory.Objects.Tell(this, "recentTask");
        foreach (var gone in old)
        {
            _inventory.Objects.Remove(gone);
            gone.Dispose();
        }
    }

    private async Task RunAsync(TaskObject task, ManagedEntity? entity, Task before, Func<TaskRun, Task<VimValue?>> work)
    {
        await Task.Yield();
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(task.Cancellation, _inventory.Stopping);
            await before.WaitAsync(stop.Token).ConfigureAwait(false);
            task.Start();
            if (!task.IsUndisturbed)
                await _inventory.BeforeTaskAsync(task, stop.Token).ConfigureAwait(false);

            // The one before may have removed it: what is gone must not take its name or its host again.
            if (entity is not null && _inventory.Objects.Find(entity.Reference) != entity)
                throw Fault.NotFound(entity.Reference);
            task.Succeed(await work(new TaskRun(task, stop.Token)).ConfigureAwait(false));
        }
        catch (VimFaultException e)
        {
            task.Fail(e.ToLocalized());
        }
        catch (OperationCanceledException)
        {
            task.Fail(new VimFaultException(new RequestCanceled(), "The task was canceled by a user.").ToLocalized());
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogCrash(task.Info.Name ?? "", task.Info.EntityName ?? "", e);
            task.Fail(new VimFaultException(
                new SystemError { Reason = e.GetType().Name },
                $"A general system error occurred: {e.Message}").ToLocalized());
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
            KeepForAWhile(task);
        }
    }

    [LoggerMessage(1450, LogLevel.Error, "Task {Name} on '{Entity}' failed in a way it should not.")]
    private partial void LogCrash(string name, string entity, Exception error);
}
