using Portside.VSphere.Schema;

namespace Portside.VSphere.Contracts;

/// <summary>Product and versions; apiType is VirtualCenter or HostAgent.</summary>
public sealed class AboutInfo : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<AboutInfo>("AboutInfo", null, static () => new AboutInfo())
        .Required("name", VimKinds.String, static o => o.Name, static (o, v) => o.Name = v)
        .Required("fullName", VimKinds.String, static o => o.FullName, static (o, v) => o.FullName = v)
        .Required("vendor", VimKinds.String, static o => o.Vendor, static (o, v) => o.Vendor = v)
        .Required("version", VimKinds.String, static o => o.Version, static (o, v) => o.Version = v)
        .Required("build", VimKinds.String, static o => o.Build, static (o, v) => o.Build = v)
        .Optional("localeVersion", VimKinds.String, static o => o.LocaleVersion, static (o, v) => o.LocaleVersion = v)
        .Optional("localeBuild", VimKinds.String, static o => o.LocaleBuild, static (o, v) => o.LocaleBuild = v)
        .Required("osType", VimKinds.String, static o => o.OsType, static (o, v) => o.OsType = v)
        .Required("productLineId", VimKinds.String, static o => o.ProductLineId, static (o, v) => o.ProductLineId = v)
        .Required("apiType", VimKinds.String, static o => o.ApiType, static (o, v) => o.ApiType = v)
        .Required("apiVersion", VimKinds.String, static o => o.ApiVersion, static (o, v) => o.ApiVersion = v)
        .Optional("instanceUuid", VimKinds.String, static o => o.InstanceUuid, static (o, v) => o.InstanceUuid = v)
        .Optional("licenseProductName", VimKinds.String, static o => o.LicenseProductName, static (o, v) => o.LicenseProductName = v)
        .Optional("licenseProductVersion", VimKinds.String, static o => o.LicenseProductVersion, static (o, v) => o.LicenseProductVersion = v);

    public override VimType Type => Schema;

    public string Name { get; set; } = "";

    public string FullName { get; set; } = "";

    public string Vendor { get; set; } = "";

    public string Version { get; set; } = "";

    public string Build { get; set; } = "";

    public string? LocaleVersion { get; set; }

    public string? LocaleBuild { get; set; }

    public string OsType { get; set; } = "";

    public string ProductLineId { get; set; } = "";

    public string ApiType { get; set; } = "";

    public string ApiVersion { get; set; } = "";

    public string? InstanceUuid { get; set; }

    public string? LicenseProductName { get; set; }

    public string? LicenseProductVersion { get; set; }
}

/// <summary>The well-known objects of a server.</summary>
public sealed class ServiceContent : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<ServiceContent>("ServiceContent", null, static () => new ServiceContent())
        .Required("rootFolder", VimKinds.Reference, static o => o.RootFolder, static (o, v) => o.RootFolder = v).Vital()
        .Required("propertyCollector", VimKinds.Reference, static o => o.PropertyCollector, static (o, v) => o.PropertyCollector = v).Vital()
        .Optional("viewManager", VimKinds.Reference, static o => o.ViewManager, static (o, v) => o.ViewManager = v)
        .Required("about", VimKinds.Object<AboutInfo>(), static o => o.About, static (o, v) => o.About = v).Vital()
        .Optional("setting", VimKinds.Reference, static o => o.Setting, static (o, v) => o.Setting = v)
        .Optional("userDirectory", VimKinds.Reference, static o => o.UserDirectory, static (o, v) => o.UserDirectory = v)
        .Optional("sessionManager", VimKinds.Reference, static o => o.SessionManager, static (o, v) => o.SessionManager = v)
        .Optional("authorizationManager", VimKinds.Reference, static o => o.AuthorizationManager, static (o, v) => o.AuthorizationManager = v)
        .Optional("serviceManager", VimKinds.Reference, static o => o.ServiceManager, static (o, v) => o.ServiceManager = v)
        .Optional("perfManager", VimKinds.Reference, static o => o.PerfManager, static (o, v) => o.PerfManager = v)
        .Optional("scheduledTaskManager", VimKinds.Reference, static o => o.ScheduledTaskManager, static (o, v) => o.ScheduledTaskManager = v)
        .Optional("alarmManager", VimKinds.Reference, static o => o.AlarmManager, static (o, v) => o.AlarmManager = v)
        .Optional("eventManager", VimKinds.Reference, static o => o.EventManager, static (o, v) => o.EventManager = v)
        .Optional("taskManager", VimKinds.Reference, static o => o.TaskManager, static (o, v) => o.TaskManager = v)
        .Optional("extensionManager", VimKinds.Reference, static o => o.ExtensionManager, static (o, v) => o.ExtensionManager = v)
        .Optional("customizationSpecManager", VimKinds.Reference, static o => o.CustomizationSpecManager, static (o, v) => o.CustomizationSpecManager = v)
        .Optional("customFieldsManager", VimKinds.Reference, static o => o.CustomFieldsManager, static (o, v) => o.CustomFieldsManager = v)
        .Optional("accountManager", VimKinds.Reference, static o => o.AccountManager, static (o, v) => o.AccountManager = v)
        .Optional("diagnosticManager", VimKinds.Reference, static o => o.DiagnosticManager, static (o, v) => o.DiagnosticManager = v)
        .Optional("licenseManager", VimKinds.Reference, static o => o.LicenseManager, static (o, v) => o.LicenseManager = v)
        .Optional("searchIndex", VimKinds.Reference, static o => o.SearchIndex, static (o, v) => o.SearchIndex = v)
        .Optional("fileManager", VimKinds.Reference, static o => o.FileManager, static (o, v) => o.FileManager = v);

    public override VimType Type => Schema;

    public ManagedObjectReference RootFolder { get; set; } = null!;

    public ManagedObjectReference PropertyCollector { get; set; } = null!;

    public ManagedObjectReference? ViewManager { get; set; }

    public AboutInfo About { get; set; } = null!;

    public ManagedObjectReference? Setting { get; set; }

    public ManagedObjectReference? UserDirectory { get; set; }

    public ManagedObjectReference? SessionManager { get; set; }

    public ManagedObjectReference? AuthorizationManager { get; set; }

    public ManagedObjectReference? ServiceManager { get; set; }

    public ManagedObjectReference? PerfManager { get; set; }

    public ManagedObjectReference? ScheduledTaskManager { get; set; }

    public ManagedObjectReference? AlarmManager { get; set; }

    public ManagedObjectReference? EventManager { get; set; }

    public ManagedObjectReference? TaskManager { get; set; }

    public ManagedObjectReference? ExtensionManager { get; set; }

    public ManagedObjectReference? CustomizationSpecManager { get; set; }

    public ManagedObjectReference? CustomFieldsManager { get; set; }

    public ManagedObjectReference? AccountManager { get; set; }

    public ManagedObjectReference? DiagnosticManager { get; set; }

    public ManagedObjectReference? LicenseManager { get; set; }

    public ManagedObjectReference? SearchIndex { get; set; }

    public ManagedObjectReference? FileManager { get; set; }
}

/// <summary>One login.</summary>
public sealed class UserSession : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<UserSession>("UserSession", null, static () => new UserSession())
        .Required("key", VimKinds.String, static o => o.Key, static (o, v) => o.Key = v)
        .Required("userName", VimKinds.String, static o => o.UserName, static (o, v) => o.UserName = v)
        .Required("fullName", VimKinds.String, static o => o.FullName, static (o, v) => o.FullName = v)
        .Required("loginTime", VimKinds.DateTime, static o => o.LoginTime, static (o, v) => o.LoginTime = v)
        .Required("lastActiveTime", VimKinds.DateTime, static o => o.LastActiveTime, static (o, v) => o.LastActiveTime = v)
        .Required("locale", VimKinds.String, static o => o.Locale, static (o, v) => o.Locale = v)
        .Required("messageLocale", VimKinds.String, static o => o.MessageLocale, static (o, v) => o.MessageLocale = v)
        .Required("extensionSession", VimKinds.Boolean, static o => o.ExtensionSession, static (o, v) => o.ExtensionSession = v)
        .Required("ipAddress", VimKinds.String, static o => o.IpAddress, static (o, v) => o.IpAddress = v)
        .Required("userAgent", VimKinds.String, static o => o.UserAgent, static (o, v) => o.UserAgent = v)
        .Required("callCount", VimKinds.Long, static o => o.CallCount, static (o, v) => o.CallCount = v);

    public override VimType Type => Schema;

    public string Key { get; set; } = "";

    public string UserName { get; set; } = "";

    public string FullName { get; set; } = "";

    public DateTimeOffset LoginTime { get; set; }

    public DateTimeOffset LastActiveTime { get; set; }

    public string Locale { get; set; } = "";

    public string MessageLocale { get; set; } = "";

    public bool ExtensionSession { get; set; }

    public string IpAddress { get; set; } = "";

    public string UserAgent { get; set; } = "";

    public long CallCount { get; set; }
}

/// <summary>One licence.</summary>
public sealed class LicenseManagerLicenseInfo : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<LicenseManagerLicenseInfo>("LicenseManagerLicenseInfo", null, static () => new LicenseManagerLicenseInfo())
        .Required("licenseKey", VimKinds.String, static o => o.LicenseKey, static (o, v) => o.LicenseKey = v)
        .Required("editionKey", VimKinds.String, static o => o.EditionKey, static (o, v) => o.EditionKey = v)
        .Required("name", VimKinds.String, static o => o.Name, static (o, v) => o.Name = v)
        .Required("total", VimKinds.Int, static o => o.Total, static (o, v) => o.Total = v)
        .Optional("used", VimKinds.Int, static o => o.Used, static (o, v) => o.Used = v)
        .Required("costUnit", VimKinds.String, static o => o.CostUnit, static (o, v) => o.CostUnit = v)
        .List("properties", VimKinds.Object<KeyAnyValue>(), static o => o.Properties, static (o, v) => o.Properties = v)
        .List("labels", VimKinds.Object<KeyValue>(), static o => o.Labels, static (o, v) => o.Labels = v);

    public override VimType Type => Schema;

    public string LicenseKey { get; set; } = "";

    public string EditionKey { get; set; } = "";

    public string Name { get; set; } = "";

    public int Total { get; set; }

    public int? Used { get; set; }

    public string CostUnit { get; set; } = "";

    public IReadOnlyList<KeyAnyValue> Properties { get; set; } = [];

    public IReadOnlyList<KeyValue> Labels { get; set; } = [];
}

/// <summary>One feature of a licence.</summary>
public sealed class LicenseFeatureInfo : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<LicenseFeatureInfo>("LicenseFeatureInfo", null, static () => new LicenseFeatureInfo())
        .Required("key", VimKinds.String, static o => o.Key, static (o, v) => o.Key = v)
        .Required("featureName", VimKinds.String, static o => o.FeatureName, static (o, v) => o.FeatureName = v)
        .Optional("featureDescription", VimKinds.String, static o => o.FeatureDescription, static (o, v) => o.FeatureDescription = v)
        .Optional("state", VimKinds.Enumeration("LicenseFeatureInfoState"), static o => o.State, static (o, v) => o.State = v)
        .Required("costUnit", VimKinds.String, static o => o.CostUnit, static (o, v) => o.CostUnit = v)
        .Optional("sourceRestriction", VimKinds.String, static o => o.SourceRestriction, static (o, v) => o.SourceRestriction = v)
        .List("dependentKey", VimKinds.String, static o => o.DependentKey, static (o, v) => o.DependentKey = v)
        .Optional("edition", VimKinds.Boolean, static o => o.Edition, static (o, v) => o.Edition = v)
        .Optional("expiresOn", VimKinds.DateTime, static o => o.ExpiresOn, static (o, v) => o.ExpiresOn = v);

    public override VimType Type => Schema;

    public string Key { get; set; } = "";

    public string FeatureName { get; set; } = "";

    public string? FeatureDescription { get; set; }

    public string? State { get; set; }

    public string CostUnit { get; set; } = "";

    public string? SourceRestriction { get; set; }

    public IReadOnlyList<string> DependentKey { get; set; } = [];

    public bool? Edition { get; set; }

    public DateTimeOffset? ExpiresOn { get; set; }
}

/// <summary>Which entity has which licence.</summary>
public sealed class LicenseAssignmentManagerLicenseAssignment : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<LicenseAssignmentManagerLicenseAssignment>("LicenseAssignmentManagerLicenseAssignment", null, static () => new LicenseAssignmentManagerLicenseAssignment())
        .Required("entityId", VimKinds.String, static o => o.EntityId, static (o, v) => o.EntityId = v)
        .Optional("scope", VimKinds.String, static o => o.Scope, static (o, v) => o.Scope = v)
        .Optional("entityDisplayName", VimKinds.String, static o => o.EntityDisplayName, static (o, v) => o.EntityDisplayName = v)
        .Required("assignedLicense", VimKinds.Object<LicenseManagerLicenseInfo>(), static o => o.AssignedLicense, static (o, v) => o.AssignedLicense = v)
        .List("properties", VimKinds.Object<KeyAnyValue>(), static o => o.Properties, static (o, v) => o.Properties = v);

    public override VimType Type => Schema;

    public string EntityId { get; set; } = "";

    public string? Scope { get; set; }

    public string? EntityDisplayName { get; set; }

    public LicenseManagerLicenseInfo AssignedLicense { get; set; } = null!;

    public IReadOnlyList<KeyAnyValue> Properties { get; set; } = [];
}

/// <summary>A custom attribute.</summary>
public sealed class CustomFieldDef : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<CustomFieldDef>("CustomFieldDef", null, static () => new CustomFieldDef())
        .Required("key", VimKinds.Int, static o => o.Key, static (o, v) => o.Key = v)
        .Required("name", VimKinds.String, static o => o.Name, static (o, v) => o.Name = v)
        .Required("type", VimKinds.String, static o => o.OfType, static (o, v) => o.OfType = v)
        .Optional("managedObjectType", VimKinds.String, static o => o.ManagedObjectType, static (o, v) => o.ManagedObjectType = v);

    public override VimType Type => Schema;

    public int Key { get; set; }

    public string Name { get; set; } = "";

    public string OfType { get; set; } = "";

    public string? ManagedObjectType { get; set; }
}

/// <summary>One value of a custom attribute.</summary>
public sealed class CustomFieldValue : VimObject, IVimData
{
    public static VimType Schema { get; } = new VimType<CustomFieldValue>("CustomFieldValue", null, static () => new CustomFieldValue()).AsBase()
        .Required("key", VimKinds.Int, static o => o.Key, static (o, v) => o.Key = v);

    public override VimType Type => Schema;

    public int Key { get; set; }
}
