using Portside.Concentrator.Links;
using Xunit;

namespace Portside.Concentrator.Tests.Links;

public sealed class DescriptorBudgetTests
{
    [Theory]
    [InlineData(400, 144, 50)]
    [InlineData(1024, 768, 128)]
    [InlineData(20_000, 15_000, 2500)]
    [InlineData(131_072, 98_304, 4096)]
    public void Peers_get_what_the_program_does_not_need(long limit, long most, int webSockets)
    {
        var budget = new DescriptorBudget(limit);
        Assert.Equal((most, webSockets), (budget.Most, budget.WebSockets));
    }

    [Fact]
    public void The_last_descriptor_is_not_given_and_one_given_back_is_given_again()
    {
        var budget = new DescriptorBudget(300);
        for (var i = 0; i < budget.Most; i++)
            Assert.True(budget.TryTake());
        Assert.False(budget.TryTake());
        budget.Give();
        Assert.True(budget.TryTake());
        Assert.False(budget.TryTake());
    }

    [Fact]
    public void The_limit_of_this_process_is_read()
    {
        Assert.InRange(DescriptorBudget.OfProcess().Most, 1, long.MaxValue);
    }
}
