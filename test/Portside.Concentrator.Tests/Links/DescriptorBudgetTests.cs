using Portside.Concentrator.Links;
using Xunit;

namespace Portside.Concentrator.Tests.Links;

public sealed class DescriptorBudgetTests
{
    [Theory]
    [InlineData(512, 64, 64, 64)]
    [InlineData(1024, 384, 128, 128)]
    [InlineData(20_000, 14_616, 2500, 128)]
    [InlineData(131_072, 122_496, 4096, 128)]
    public void Peers_get_what_the_program_does_not_need(long limit, long most, int webSockets, int http)
    {
        var budget = new DescriptorBudget(limit);
        Assert.Equal((most, webSockets, webSockets, http), (budget.Most, budget.WebSockets, budget.LogFiles, budget.HttpConnections));
        Assert.Null(budget.Shortage);
    }

    [Fact]
    public void A_limit_that_leaves_nothing_to_give_is_said_with_what_to_do()
    {
        Assert.Null(new DescriptorBudget(512).Shortage);
        Assert.Null(new DescriptorBudget(null).Shortage);
        Assert.Equal(
            "The limit of open files is 511, too low to serve anybody: raise it to 512 at least, better to three for each machine, "
            + "with LimitNOFILE (systemd) or ulimit -n",
            new DescriptorBudget(511).Shortage);
    }

    [Fact]
    public void The_last_descriptor_is_not_given_and_one_given_back_is_given_again()
    {
        var budget = new DescriptorBudget(512);
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
