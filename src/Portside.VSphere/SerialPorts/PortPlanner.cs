
namespace Portside.VSphere.SerialPorts;

/// <summary>Compares what is wished with what there is.</summary>
public static class PortPlanner
{
    private const int MaxPorts = 32;

    /// <summary>Plans for one machine.</summary>
    /// <param name="machine">The machine as it is.</param>
    /// <param name="wishes">What is wished of its ports.</param>
    /// <returns>The plan; a second one after it was carried out is empty, but for what is wished to be done anew.</returns>
    public static MachinePlan Plan(InventoryMachine machine, IEnumerable<PortWish> wishes)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(wishes);
        if (!machine.IsReadable)
        {
            return new(machine, [], machine.ConnectionState is null or "connected"
                ? "its configuration cannot be read: the account needs System.Read on it"
                : $"its configuration cannot be read: the machine is {machine.ConnectionState}");
        }

        var free = machine.Ports.ToList();
        var changes = new List<PortChange>();
        foreach (var wish in wishes)
        {
            if (wish.Action == PortAction.Add)
            {
                changes.Add(Addition(machine, wish));
                continue;
            }

            var (ports, problem) = Find(machine, free, wish);
            if (problem is not null)
                return new(machine, [], problem);
            if (ports.Count == 0)
            {
                if (wish.Action == PortAction.Ensure)
                    changes.Add(Addition(machine, wish));
                continue;
            }

            foreach (var port in ports)
            {
                free.Remove(port);
                if (Change(machine, port, wish) is { } change)
                    changes.Add(change);
            }
        }

        if (TakenTwice(machine, changes) is { } taken)
            return new(machine, [], taken);
        var total = machine.Ports.Count + machine.OtherPorts + changes.Count(change => change.Operation == "add") - changes.Count(change => change.Operation == "remove");
        return changes.Any(change => change.Operation == "add") && total > MaxPorts
            ? new(machine, [], $"it would have {total} serial ports; vSphere takes {MaxPorts} at most")
            : new(machine, changes, null);
    }

    // A concentrator knows ports of one machine by their labels alone. Two that had one label before are left as they are.
    private static string? TakenTwice(InventoryMachine machine, List<PortChange> changes)
    {
        var changed = changes.Select(change => change.Port).OfType<NetworkSerialPort>().ToHashSet();
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var port in machine.Ports.Where(port => !changed.Contains(port)).Concat(changes.Where(IsKept).Select(change => change.Port!)))
        {
            if (port.Label is { } label)
                taken.TryAdd(label, $"{port.Key} ({port.Name})");
        }

        foreach (var change in changes.Where(change => change.Operation != "remove" && !IsKept(change)))
        {
            if (ServiceText.LabelOf(change.ServiceUri) is { } label && !taken.TryAdd(label, change.Port is { } port ? $"{port.Key} ({port.Name})" : "another port that is to be added"))
                return $"the label '{label}' is that of {taken[label]} already; ports of one machine are told apart by it";
        }

        return null;

        static bool IsKept(PortChange change) => change is { Operation: "edit", Port: { } port } && port.Label == ServiceText.LabelOf(change.ServiceUri);
    }

    private static (IReadOnlyList<NetworkSerialPort> Ports, string? Problem) Find(InventoryMachine machine, List<NetworkSerialPort> free, PortWish wish)
    {
        if (wish.Which is { } which)
        {
            var named = free.Where(port => port.IsNamed(which)).ToList();
            return named.Count switch
            {
                1 => (named, null),
                0 when wish.Action is PortAction.Remove => (named, null),
                0 => (named, $"there is no network serial port '{which}'{Known(machine)}"),
                _ => ([], $"'{which}' fits {named.Count} ports{Known(machine)}"),
            };
        }

        if (wish.OnlyLost)
            return (free.Where(port => port.IsLost(machine.PowerState)).ToList(), null);
        if (wish.All)
            return (free.ToList(), null);
        var fitting = wish.Label is { } label ? free.Where(port => port.Label == label).ToList() : ByService(free, wish.ServiceUri);
        if (fitting.Count > 1)
            return ([], $"it has {fitting.Count} ports that may be meant; say which{Known(machine)}");
        return fitting.Count == 0 && wish.Action is not (PortAction.Ensure or PortAction.Remove)
            ? ([], wish.Label is null ? "it has no network serial port" : $"it has no port with the label '{wish.Label}'{Known(machine)}")
            : (fitting, null);
    }

    private static List<NetworkSerialPort> ByService(List<NetworkSerialPort> free, string? service)
    {
        if (free.Count <= 1 || service is null)
            return [.. free];
        var same = free.Where(port => port.ServiceUri == service).ToList();
        return same.Count > 0 ? same : free.Where(port => port.Label is null).ToList();
    }

    private static string Known(InventoryMachine machine) => machine.Ports.Count == 0
        ? ": it has none"
        : ": " + string.Join(", ", machine.Ports.Select(port => $"{port.Key} ({port.Name}{(port.Label is null ? "" : $", label {port.Label}")})"));

    private static PortChange Addition(InventoryMachine machine, PortWish wish)
    {
        var start = wish.StartConnected ?? true;
        var change = new PortChange
        {
            Operation = "add",
            ServiceUri = Service(wish, null),
            Direction = wish.Direction ?? "server",
            ProxyUri = wish.ProxyUri is { Length: > 0 } proxy ? proxy : null,
            StartConnected = start,
            AllowGuestControl = wish.AllowGuestControl ?? true,
            Connected = start && machine.IsOn,
            YieldOnPoll = wish.YieldOnPoll ?? true,
            Differences = [],
        };
        return change with
        {
            Differences =
            [
                new("serviceURI", null, change.ServiceUri),
                new("direction", null, change.Direction),
                .. change.ProxyUri is null ? Array.Empty<PortDifference>() : [new("proxyURI", null, change.ProxyUri)],
                new("startConnected", null, Word(change.StartConnected)),
                new("allowGuestControl", null, Word(change.AllowGuestControl)),
                new("yieldOnPoll", null, Word(change.YieldOnPoll)),
            ],
        };
    }

    private static PortChange? Change(InventoryMachine machine, NetworkSerialPort port, PortWish wish)
    {
        if (wish.Action == PortAction.Remove)
            return new PortChange { Operation = "remove", Port = port, Differences = [new("serviceURI", port.ServiceUri, null)] };
        var isSetting = wish.Action is PortAction.Ensure or PortAction.Set;
        var differences = new List<PortDifference>();
        var change = new PortChange
        {
            Operation = "edit",
            Port = port,
            Differences = differences,
            ServiceUri = isSetting ? Service(wish, port) : port.ServiceUri,
            Direction = isSetting ? wish.Direction ?? port.Direction : port.Direction,
            ProxyUri = !isSetting || wish.ProxyUri is null ? port.ProxyUri : wish.ProxyUri.Length == 0 ? null : wish.ProxyUri,
            StartConnected = isSetting ? wish.StartConnected ?? port.StartConnected : port.StartConnected,
            AllowGuestControl = isSetting ? wish.AllowGuestControl ?? port.AllowGuestControl : port.AllowGuestControl,
            YieldOnPoll = isSetting ? wish.YieldOnPoll ?? port.YieldOnPoll : port.YieldOnPoll,
        };
        Compare("serviceURI", port.ServiceUri, change.ServiceUri);
        Compare("direction", port.Direction, change.Direction);
        Compare("proxyURI", port.ProxyUri, change.ProxyUri);
        Compare("startConnected", Word(port.StartConnected), Word(change.StartConnected));
        Compare("allowGuestControl", Word(port.AllowGuestControl), Word(change.AllowGuestControl));
        Compare("yieldOnPoll", Word(port.YieldOnPoll), Word(change.YieldOnPoll));

        var connected = machine.IsOn && wish.Action switch
        {
            PortAction.Connect or PortAction.Reconnect => true,
            PortAction.Disconnect => false,

            // A port that is to be connected at the start is to be connected, now that the machine runs; a console that
            // somebody connected by hand is not taken away in passing.
            PortAction.Ensure => port.Connected || change.StartConnected,
            _ => port.Connected || wish.StartConnected == true,
        };
        if (machine.IsOn)
            Compare("connected", Word(port.Connected), Word(connected));
        if (machine.IsOn && port.Connected && (wish.Action == PortAction.Reconnect || (wish.Action is PortAction.Connect or PortAction.Ensure && port.IsLost(machine.PowerState))))
            differences.Add(new("connection", port.Status ?? "connected", "opened anew"));
        return differences.Count == 0 ? null : change with { Connected = connected };

        void Compare(string field, string? was, string? becomes)
        {
            if (was != becomes)
                differences.Add(new(field, was, becomes));
        }
    }

    // The label is the port's name at the concentrator: it stays unless another one is given.
    private static string Service(PortWish wish, NetworkSerialPort? port)
    {
        var service = wish.ServiceUri ?? port?.ServiceUri ?? PortWish.UsualServiceUri;
        var label = wish.Label ?? ServiceText.LabelOf(service) ?? port?.Label;
        return ServiceText.LabelOf(service) == label ? service : ServiceText.WithLabel(service, label);
    }

    private static string Word(bool flag) => flag ? "true" : "false";
}
