using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Portside.Host.Inventory;
using Portside.Host.Machines;
using Portside.Host.Migration;
using Portside.Host.Ports;
using Portside.VSphere.Soap;

namespace Portside.Host.Faults;

/// <summary>Everything that is to go wrong in an inventory: by rules, and by machines' advanced options <c>portside.fault.KIND</c>.</summary>
/// <remarks>Safe for use by several threads. One plan for an inventory.</remarks>
public sealed class FaultPlan : IAsyncDisposable
{
    /// <summary>Rules at a time.</summary>
    public const int MaxRules = 1000;

    private readonly HostInventory _inventory;
    private readonly Lock _lock = new();
    private readonly List<FaultRule> _rules = [];
    private readonly ConditionalWeakTable<MachineEntity, Dictionary<string, (string Value, int Used)>> _optionsUsed = []; // A machine that is gone leaves nothing.
    private readonly List<Delay> _delays = [];
    private readonly ConcurrentDictionary<VirtualSerialPort, (FaultRule Rule, MachineEntity Machine)> _doubles = new();
    private readonly CancellationTokenSource _over = new();
    private int _nextId;

    /// <summary>A plan in which nothing goes wrong yet.</summary>
    /// <param name="inventory">Where it will.</param>
    public FaultPlan(HostInventory inventory)
    {
        ArgumentNullException.ThrowIfNull(inventory);
        _inventory = inventory;
        inventory.TaskGate = BeforeTaskAsync;
        inventory.VmotionGate = VmotionFor;
        inventory.EntityChanged += OnEntityChanged;
    }

    /// <summary>The rules that were added, those that are used up included.</summary>
    public IReadOnlyList<FaultRule> Rules
    {
        get
        {
            lock (_lock)
                return [.. _rules];
        }
    }

    /// <summary>The same by machines' advanced options, each with an id of its own: the machine's and the kind's, such as <c>vm-12:slow-task</c>.</summary>
    public IReadOnlyList<FaultRule> OfMachines
    {
        get
        {
            lock (_lock)
                return [.. _inventory.Machines.SelectMany(OptionsOf)];
        }
    }

    /// <summary>Connections of machines that pretend to be others.</summary>
    public int Doubles => _doubles.Count;

    /// <summary>Adds a rule. One about connections concerns machines that run already too.</summary>
    /// <param name="rule">The rule; its id is given here.</param>
    /// <returns>The rule with its id.</returns>
    /// <exception cref="ArgumentException">It makes no sense.</exception>
    /// <exception cref="InvalidOperationException">There are too many.</exception>
    public FaultRule Add(FaultRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (rule.Complain() is { } complaint)
            throw new ArgumentException(complaint, nameof(rule));
        lock (_lock)
        {
            if (_rules.Count >= MaxRules)
                throw new InvalidOperationException($"There are {MaxRules} rules: remove some.");
            rule = rule with { Id = $"f{(++_nextId).ToString(CultureInfo.InvariantCulture)}", Used = 0 };
            _rules.Add(rule);
        }

        if (rule.IsConnection)
        {
            foreach (var machine in _inventory.Machines.Where(machine => machine.Machine.IsPoweredOn && rule.Concerns(machine.Name, null)))
            {
                if (Take(candidate => candidate.Id == rule.Id, machine, null).Count > 0)
                    _ = DisturbAsync(machine, rule);
            }
        }

        return rule;
    }

    /// <summary>Removes a rule, or the advanced option of a machine: what waits because of it goes on, and machines that pretend to be others go.</summary>
    /// <param name="id">Its id; null for all.</param>
    /// <returns>False when there is none.</returns>
    public async Task<bool> RemoveAsync(string? id)
    {
        var removed = await RemoveRulesAsync(id).ConfigureAwait(false);
        foreach (var machine in _inventory.Machines)
        {
            string[] options;
            lock (_lock)
                options = [.. OptionsOf(machine).Where(rule => id is null || rule.Id == id).Select(rule => rule.Option!)];
            if (options.Length == 0)
                continue;
            machine.RemoveOptions(options);
            removed = true;
        }

        return removed;
    }

    /// <summary>Machines that pretend to be others go, and nothing goes wrong any more.</summary>
    /// <returns>Completes when their connections are closed.</returns>
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        _inventory.TaskGate = null;
        _inventory.VmotionGate = null;
        _inventory.EntityChanged -= OnEntityChanged;
        await RemoveRulesAsync(null).ConfigureAwait(false);
        await RemoveDoublesAsync(static _ => true).ConfigureAwait(false);
    }

    /// <summary>A call is about to be answered.</summary>
    /// <param name="call">The call.</param>
    /// <returns>Whether its session is to end instead.</returns>
    internal async ValueTask<bool> BeforeCallAsync(MethodCall call)
    {
        var machine = _inventory.Objects.Find(call.Request.This) as MachineEntity;
        lock (_lock)
        {
            if (_rules.Count == 0 && (machine is null || !OptionsOf(machine).Any()))
                return false;
        }

        if (machine is not null && MachineEntity.ChangesFaults(call.Request))
            return false;
        foreach (var rule in Take(rule => rule.Kind == FaultKind.SlowApi, machine, call.Request.Method))
            await DelayAsync(rule, machine, call.Cancellation).ConfigureAwait(false);
        return call.Session is not null && Take(rule => rule.Kind == FaultKind.SessionExpiry, machine, call.Request.Method).Count > 0;
    }

    private async Task BeforeTaskAsync(TaskObject task, CancellationToken cancellation)
    {
        var machine = task.Info.Entity is { } reference ? _inventory.Objects.Find(reference) as MachineEntity : null;
        var method = task.Info.Name;
        foreach (var rule in Take(rule => rule.Kind == FaultKind.SlowTask, machine, method))
            await DelayAsync(rule, machine, cancellation).ConfigureAwait(false);
        foreach (var rule in Take(rule => rule.Kind == FaultKind.TaskFailure, machine, method))
            throw new VimFaultException(FaultRule.NewFault(rule.Fault)!, $"The task {method} failed, as asked ({rule.Fault}).");
        if (machine is null || method != "PowerOnVM_Task")
            return;
        foreach (var rule in Take(rule => rule.IsConnection, machine, null))
            _ = DisturbAsync(machine, rule);
    }

    private VmotionOptions? VmotionFor(MachineEntity machine) =>
        Take(rule => rule.IsVmotion, machine, null) is { Count: > 0 } rules
            ? rules.Aggregate(new VmotionOptions(), (options, rule) => rule.Apply(options))
            : null;

    /// <summary>The rules that apply now, each counted as used.</summary>
    private List<FaultRule> Take(Func<FaultRule, bool> wanted, MachineEntity? machine, string? method)
    {
        var taken = new List<FaultRule>();
        lock (_lock)
        {
            for (var i = 0; i < _rules.Count; i++)
            {
                var rule = _rules[i];
                if (!wanted(rule) || !rule.Concerns(machine?.Name, method) || (rule.Count > 0 && rule.Used >= rule.Count))
                    continue;
                _rules[i] = rule = rule with { Used = rule.Used + 1 };
                taken.Add(rule);
            }

            foreach (var rule in machine is null ? [] : OptionsOf(machine).ToList())
            {
                if (!wanted(rule) || (rule.Count > 0 && rule.Used >= rule.Count))
                    continue;
                _optionsUsed.GetOrCreateValue(machine!)[rule.Option!] = (machine!.Config.Extra(rule.Option!) ?? "", rule.Used + 1);
                taken.Add(rule with { Used = rule.Used + 1 });
            }
        }

        return taken;
    }

    /// <summary>What a machine's advanced options say. The lock is held.</summary>
    private IEnumerable<FaultRule> OptionsOf(MachineEntity machine)
    {
        foreach (var (option, value) in machine.Config.ExtraConfig)
        {
            if (!FaultRule.IsOption(option)
                || !FaultRule.Kinds.TryGetValue(option[FaultRule.OptionPrefix.Length..], out var kind)
                || FaultRule.Read(kind, value, out _) is not { } rule)
            {
                continue;
            }

            // An option that is set to something else begins anew.
            var used = _optionsUsed.TryGetValue(machine, out var options) && options.TryGetValue(option, out var entry) && entry.Value == value ? entry.Used : 0;
            yield return rule with
            {
                Id = $"{machine.Reference.Value}:{FaultRule.Word(kind)}",
                Machine = machine.Name,
                Option = option,
                Used = used,
            };
        }
    }

    private async Task<bool> RemoveRulesAsync(string? id)
    {
        int removed;
        lock (_lock)
            removed = _rules.RemoveAll(rule => id is null || rule.Id == id);
        await EndAsync().ConfigureAwait(false);
        return removed > 0;
    }

    /// <summary>An advanced option that is gone, or says something else, was not used yet when it comes back.</summary>
    private void OnEntityChanged(ManagedEntity entity)
    {
        if (entity is not MachineEntity machine)
            return;
        lock (_lock)
        {
            if (_optionsUsed.TryGetValue(machine, out var options))
            {
                foreach (var (option, (value, _)) in options.ToList())
                {
                    if (machine.Config.Extra(option) != value)
                        options.Remove(option);
                }
            }
        }

        _ = EndAsync();
    }

    /// <summary>Ends what goes on because of rules that are gone.</summary>
    private Task EndAsync()
    {
        lock (_lock)
        {
            foreach (var delay in _delays)
            {
                if (!IsThere(delay.Rule, delay.Machine))
                    delay.Over.TrySetResult();
            }
        }

        return _doubles.IsEmpty ? Task.CompletedTask : RemoveDoublesAsync(entry => !IsThere(entry.Rule, entry.Machine));
    }

    private bool IsThere(FaultRule rule, MachineEntity? machine)
    {
        if (rule.Option is { } option)
            return machine?.Config.Extra(option) is not null;
        lock (_lock)
            return _rules.Any(other => other.Id == rule.Id);
    }

    /// <summary>Waits for a rule's time, or until the rule is gone.</summary>
    private async Task DelayAsync(FaultRule rule, MachineEntity? machine, CancellationToken cancellation)
    {
        var delay = new Delay(rule, machine);
        lock (_lock)
        {
            if (!IsThere(rule, machine))
                return;
            _delays.Add(delay);
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            await (await Task.WhenAny(Task.Delay(rule.Time, _inventory.Time, over.Token), delay.Over.Task).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            lock (_lock)
                _delays.Remove(delay);
        }
    }

    /// <summary>What concerns connections happens when the machine has some.</summary>
    private async Task DisturbAsync(MachineEntity machine, FaultRule rule)
    {
        try
        {
            await ConnectedAsync(machine.Machine, _over.Token).ConfigureAwait(false);
            if (rule.Kind == FaultKind.DuplicateUuid)
                Double(machine, rule);
            else
                await StormAsync(machine.Machine, rule.Connections).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ArgumentException or ObjectDisposedException or TimeoutException)
        {
            // The machine, its port or the plan is gone, or nobody serves it: there is nothing to disturb.
        }
    }

    private async Task ConnectedAsync(VirtualMachine machine, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1), _inventory.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var changed = new SemaphoreSlim(0);
        void OnChanged(object? sender, EventArgs e) => changed.Release();
        machine.PowerChanged += OnChanged;
        try
        {
            while (!machine.IsPoweredOn)
                await changed.WaitAsync(either.Token).ConfigureAwait(false);
        }
        finally
        {
            machine.PowerChanged -= OnChanged;
        }

        foreach (var device in machine.Devices.Where(device => device is { StartConnected: true, Backing: NetworkBacking { ProxyUri: not null } }))
            await device.WaitForAsync(now => now.Status == ConnectionStatus.Ok, either.Token).ConfigureAwait(false);
    }

    private async Task StormAsync(VirtualMachine machine, int connections)
    {
        for (var i = 0; i < connections && machine.IsPoweredOn; i++)
        {
            foreach (var device in machine.Devices.Where(device => device is { Connected: true, ProxyPort: not null }))
                await machine.ReconfigureAsync(device, new SerialDeviceEdit { Connected = true }, _over.Token).ConfigureAwait(false);
        }
    }

    private void Double(MachineEntity machine, FaultRule rule)
    {
        machine.Machine.PowerChanged -= OnPowerChanged;
        machine.Machine.PowerChanged += OnPowerChanged;
        foreach (var port in machine.Machine.Ports)
        {
            var another = new VirtualSerialPort(port.Options, _inventory.Time);
            _doubles[another] = (rule, machine);
            another.Connect();
        }

        _ = EndAsync(); // The rule may have gone meanwhile.
    }

    private void OnPowerChanged(object? sender, EventArgs e)
    {
        if (sender is VirtualMachine { IsPoweredOn: false } machine)
            _ = RemoveDoublesAsync(entry => entry.Machine.Machine == machine);
    }

    private async Task RemoveDoublesAsync(Func<(FaultRule Rule, MachineEntity Machine), bool> gone)
    {
        foreach (var (port, entry) in _doubles)
        {
            if (gone(entry) && _doubles.TryRemove(port, out _))
                await port.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A call or a task that waits.</summary>
    private sealed record Delay(FaultRule Rule, MachineEntity? Machine)
    {
        public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
