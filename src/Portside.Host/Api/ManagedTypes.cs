using Portside.Host.Inventory;
using Portside.Host.Properties;

namespace Portside.Host.Api;

/// <summary>Every type of managed objects that this server has.</summary>
public static class ManagedTypes
{
    /// <summary>By name.</summary>
    public static IReadOnlyList<ManagedType> All { get; } =
    [
        .. new[]
        {
            ServiceInstance.Schema,
            SessionManager.Schema,
            PropertyCollector.Schema,
            PropertyFilter.Schema,
            ViewManager.Schema,
            View.Schema,
            View.ManagedObjectViewSchema,
            ContainerView.Schema,
            ListView.Schema,
            ManagedEntity.EntityType,
            FolderEntity.FolderType,
            DatacenterEntity.DatacenterType,
            ComputeEntity.ComputeType,
            ComputeEntity.ClusterType,
            HostEntity.HostType,
            PoolEntity.PoolType,
            DatastoreEntity.DatastoreType,
            NetworkEntity.NetworkType,
            MachineEntity.MachineType,
            EnvironmentBrowserObject.BrowserType,
            DatastoreBrowserObject.BrowserType,
            SearchIndexObject.IndexType,
            TaskManagerObject.ManagerType,
            TaskObject.TaskType,
            EventManagerObject.ManagerType,
            EventCollectorObject.CollectorType,
            LicenseManagerObject.LicenseType,
            LicenseAssignmentsObject.AssignmentType,
            FirewallSystemObject.FirewallType,
        }.OrderBy(type => type.Name, StringComparer.Ordinal),
    ];
}
