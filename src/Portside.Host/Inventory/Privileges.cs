namespace Portside.Host.Inventory;

/// <summary>Privileges that methods ask for, by VMware's names.</summary>
public static class Privileges
{
    /// <summary>None: callers who have not logged in have it too.</summary>
    public const string Anonymous = "System.Anonymous";

    /// <summary>Every session has it.</summary>
    public const string View = "System.View";

    /// <summary>Every session has it.</summary>
    public const string Read = "System.Read";

    /// <summary>Add or remove devices.</summary>
    public const string AddRemoveDevice = "VirtualMachine.Config.AddRemoveDevice";

    /// <summary>Change devices.</summary>
    public const string EditDevice = "VirtualMachine.Config.EditDevice";

    /// <summary>Change advanced settings.</summary>
    public const string AdvancedConfig = "VirtualMachine.Config.AdvancedConfig";

    /// <summary>Connect and disconnect devices.</summary>
    public const string DeviceConnection = "VirtualMachine.Interact.DeviceConnection";

    /// <summary>Switch on.</summary>
    public const string PowerOn = "VirtualMachine.Interact.PowerOn";

    /// <summary>Switch off.</summary>
    public const string PowerOff = "VirtualMachine.Interact.PowerOff";

    /// <summary>Reset.</summary>
    public const string Reset = "VirtualMachine.Interact.Reset";

    /// <summary>Suspend.</summary>
    public const string Suspend = "VirtualMachine.Interact.Suspend";

    /// <summary>Create machines.</summary>
    public const string Create = "VirtualMachine.Inventory.Create";

    /// <summary>Copy machines.</summary>
    public const string CreateFromExisting = "VirtualMachine.Inventory.CreateFromExisting";

    /// <summary>Remove machines for good.</summary>
    public const string Delete = "VirtualMachine.Inventory.Delete";

    /// <summary>Take machines out of the inventory.</summary>
    public const string Unregister = "VirtualMachine.Inventory.Unregister";

    /// <summary>Rename machines.</summary>
    public const string Rename = "VirtualMachine.Config.Rename";

    /// <summary>Create folders.</summary>
    public const string CreateFolder = "Folder.Create";

    /// <summary>Move machines that run.</summary>
    public const string HotMigrate = "Resource.HotMigrate";

    /// <summary>Move machines that do not run.</summary>
    public const string ColdMigrate = "Resource.ColdMigrate";

    /// <summary>Browse datastores.</summary>
    public const string BrowseDatastore = "Datastore.Browse";

    /// <summary>See and end other sessions.</summary>
    public const string Sessions = "Sessions.TerminateSession";

    /// <summary>Cancel tasks of others.</summary>
    public const string CancelTask = "Global.CancelTask";

    /// <summary>Make categories of tags.</summary>
    public const string CreateCategory = "InventoryService.Tagging.CreateCategory";

    /// <summary>Make tags.</summary>
    public const string CreateTag = "InventoryService.Tagging.CreateTag";

    /// <summary>Give tags to objects, and take them away.</summary>
    public const string AttachTag = "InventoryService.Tagging.AttachTag";

    /// <summary>Change a host's settings.</summary>
    public const string HostConfig = "Host.Config.NetService";
}
