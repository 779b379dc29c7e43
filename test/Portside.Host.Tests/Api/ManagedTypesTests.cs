using System.Reflection;
using Portside.Host.Api;
using Portside.Host.Inventory;

namespace Portside.Host.Tests.Api;

public sealed class ManagedTypesTests
{
    /// <summary>The table of methods in the documentation is drawn from the list; a type that is missing there would be missing in silence.</summary>
    [Fact]
    public void Every_type_that_some_class_declares_is_in_the_list()
    {
        const BindingFlags Statics = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var declared = typeof(ManagedObject).Assembly.GetTypes()
            .Where(type => !type.ContainsGenericParameters && type.IsAssignableTo(typeof(ManagedObject)))
            .SelectMany(type => type.GetFields(Statics))
            .Where(field => field.FieldType.IsAssignableTo(typeof(ManagedType)))
            .Select(field => (ManagedType)field.GetValue(null)!)
            .ToList();
        Assert.NotEmpty(declared);
        Assert.Empty(declared.Except(ManagedTypes.All).Select(type => type.Name));
        Assert.Equal(ManagedTypes.All.Count, ManagedTypes.All.Select(type => type.Name).Distinct().Count());
    }
}
