using Portside.VSphere.Contracts;
using Portside.VSphere.Schema;

namespace Portside.VSphere.Tests.Soap;

/// <summary>The tables of types are whole.</summary>
public sealed class VimTypesTests
{
    [Fact]
    public void Every_class_of_the_contracts_is_in_the_list_and_makes_its_own_objects()
    {
        var classes = typeof(VimObject).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(VimObject)) && !type.IsAbstract && type != typeof(UnknownObject));
        foreach (var type in classes)
        {
            var known = VimTypes.Find(type.Name);
            Assert.True(known is not null, type.Name);
            Assert.Equal(type, known.Create().GetType());
            Assert.Same(known, known.Create().Type);
        }

        Assert.Equal(classes.Count(), VimTypes.Known.Count());
    }

    [Fact]
    public void Every_type_extends_the_type_that_its_class_extends() => Assert.All(
        VimTypes.Known,
        type =>
        {
            var parent = type.Create().GetType().BaseType!;
            Assert.Equal(parent == typeof(VimObject) ? null : parent.Name, type.Base?.Name);
        });

    [Fact]
    public void Every_field_of_every_type_has_a_name_of_its_own() =>
        Assert.All(VimTypes.Known, type => Assert.Equal(type.Fields.Count, type.Fields.Select(field => field.Name).Distinct().Count()));
}
