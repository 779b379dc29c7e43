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

    private const string OptionPrefix = "portside.fault.";

    private readonly HostInventory _inventory;
    private readonly Lock _lock = new();
    private readonly List<FaultRule> _rules = [];
    private readonly ConditionalWeakTable<MachineEntity, Dictionary<string, int>> _optionsUsed = []; // A machine that is gone leaves nothing.
    private readonly ConcurrentDictionary<VirtualSerialPort, (string Rule, MachineEntity Machine)> _doubles = new();
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
    }

    /// <summary>The rules now, those that are used up included.</summary>
    public IReadOnlyList<FaultRule> Rules
    {
        get
        {
            lock (_lock)
                return [.. _rules];
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

    /// <summary>Removes a rule; machines that pretend to be others because of it go.</summary>
    /// <param name="id">Its id; null for all.</param>
    /// <returns>False when there is none.</returns>
    public async Task<bool> RemoveAsync(string? id)
    {
        int removed;
        lock (_lock)
        {
            removed = _rules.RemoveAll(rule => id is null || rule.Id == id);
        }

        await RemoveDoublesAsync(entry => id is null || entry.Rule == id).ConfigureAwait(false);
        return removed > 0;
    }

    /// <summary>Machines that pretend to be others go, and nothing goes wrong any more.</summary>
    /// <returns>Completes when their connections are closed.</returns>
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        _inventory.TaskGate = null;
        _inventory.VmotionGate = null;
        await RemoveAsync(null).ConfigureAwait(false);
    }

    /// <summary>A call is about to be answered.</summary>
    /// <param name="call">The call.</param>
    /// <returns>Whether its session is to end instead.</returns>
    internal async ValueTask<bool> BeforeCallAsync(MethodCall call)
    {
        lock (_lock)
        {
            if (_rules.Count == 0)
                return false;
        }

        var machine = _inventory.Objects.Find(call.Request.This) as MachineEntity;
        foreach (var rule in Take(rule => rule.Kind == FaultKind.SlowApi, machine, call.Request.Method))
            await Task.Delay(rule.Time, _inventory.Time, call.Cancellation).ConfigureAwait(false);
        return call.Session is not null && Take(rule => rule.Kind == FaultKind.SessionExpiry, machine, call.Request.Method).Count > 0;
    }

    private async Task BeforeTaskAsync(TaskObject task, CancellationToken cancellation)
    {
        var machine = task.Info.Entity is { } reference ? _inventory.Objects.Find(reference) as MachineEntity : null;
        var method = task.Info.Name;
        foreach (var rule in Take(rule => rule.Kind == FaultKind.SlowTask, machine, method))
            await Task.Delay(rule.Time, _inventory.Time, cancellation).ConfigureAwait(false);
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

            foreach (var (option, value) in machine?.Config.ExtraConfig ?? [])
            {
                if (!option.StartsWith(OptionPrefix, StringComparison.OrdinalIgnoreCase)
                    || !FaultRule.Kinds.TryGetValue(option[OptionPrefix.Length..], out var kind)
                    || FaultRule.Read(kind, value) is not { } rule
                    || !wanted(rule))
                {
                    continue;
                }

                // An option that is set to something else begins anew.
                var ofMachine = _optionsUsed.GetOrCreateValue(machine!);
                var key = $"{option}={value}";
                var used = ofMachine.GetValueOrDefault(key);
                if (rule.Count > 0 && used >= rule.Count)
                    continue;
                ofMachine[key] = used + 1;
                taken.Add(rule with { Id = option });
            }
        }

        return taken;
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
            _doubles[another] = (rule.Id, machine);
            another.Connect();
        }
    }

    private void OnPowerChanged(object? sender, EventArgs e)
    {
        if (sender is VirtualMachine { IsPoweredOn: false } machine)
            _ = RemoveDoublesAsync(entry => entry.Machine.Machine == machine);
    }

    private async Task RemoveDoublesAsync(Func<(string Rule, MachineEntity Machine), bool> gone)
    {
        foreach (var (port, entry) in _doubles)
        {
            if (gone(entry) && _doubles.TryRemove(port, out _))
                await port.DisposeAsync().ConfigureAwait(false);
        }
    }
}
