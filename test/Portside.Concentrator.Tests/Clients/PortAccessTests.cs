using Portside.Concentrator.Clients;
using Xunit;
using static Portside.Concentrator.Clients.ClientMode;

namespace Portside.Concentrator.Tests.Clients;

/// <summary>Who may attach how: every mode against every one attached, against every two, and every takeover.</summary>
public sealed class PortAccessTests
{
    private static readonly ClientMode[] Modes = [ReadWrite, ReadOnly, Exclusive, ExclusiveWrite, ReadOnlyFallback];

    /// <summary>
    /// As documented. A row asks, a column is attached: + as asked, - refused, r read-only instead.
    /// <code>
    ///                      read-write  read-only  exclusive  exclusive-write  read-only-fallback
    /// read-write               +           +          -             -                 +
    /// read-only                +           +          -             +                 +
    /// exclusive                -           -          -             -                 -
    /// exclusive-write          -           +          -             -                 -
    /// read-only-fallback       +           +          -             r                 +
    /// </code>
    /// </summary>
    private static readonly string[] Documented = ["++--+", "++-++", "-----", "-+---", "++-r+"];

    /// <summary>What becomes of the one attached when the row takes over: + stays, r may only read, x leaves.</summary>
    private static readonly string[] Takeovers = ["++xr+", "++x++", "xxxxx", "r+xrr", "++xr+"];

    [Fact]
    public void Anyone_may_attach_to_a_port_of_which_nobody_makes_use()
    {
        foreach (var mode in Modes)
            Assert.Equal(new(mode, -1), PortAccess.Decide(mode, []));
    }

    [Fact]
    public void Every_mode_beside_every_other_is_as_documented()
    {
        foreach (var requested in Modes)
        {
            foreach (var current in Modes)
                Assert.Equal(Expected(requested, current), PortAccess.Decide(requested, [current]));
        }
    }

    [Fact]
    public void Every_mode_beside_every_two_others_is_as_documented()
    {
        foreach (var requested in Modes)
        {
            foreach (var first in Modes)
            {
                foreach (var second in Modes)
                    Assert.Equal(Expected(requested, first, second), PortAccess.Decide(requested, [first, second]));
            }
        }
    }

    [Fact]
    public void Every_takeover_pushes_aside_only_what_is_in_the_way()
    {
        foreach (var requested in Modes)
        {
            foreach (var current in Modes)
            {
                var after = PortAccess.AfterTakeover(requested, current);
                ClientMode? expected = Takeovers[(int)requested][(int)current] switch { '+' => current, 'r' => ReadOnly, _ => null };
                Assert.Equal(expected, after);

                // Whoever stays is no obstacle any more.
                if (after is { } stays)
                    Assert.Equal(requested, PortAccess.Decide(requested, [stays]).Mode);
            }
        }
    }

    [Fact]
    public void All_but_readers_may_type() => Assert.Equal([ReadOnly], Modes.Where(m => !PortAccess.Writes(m)));

    [Theory]
    [InlineData("read-write", ReadWrite)]
    [InlineData("read-only", ReadOnly)]
    [InlineData("exclusive", Exclusive)]
    [InlineData("Exclusive-Write", ExclusiveWrite)]
    [InlineData("read-only-fallback", ReadOnlyFallback)]
    public void A_mode_has_a_word(string word, ClientMode mode)
    {
        Assert.True(ClientModes.TryParse(word, out var parsed));
        Assert.Equal(mode, parsed);
        Assert.Equal(word.ToLowerInvariant(), mode.ToWord());
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("readonly")]
    [InlineData("0")]
    public void No_other_word_is_a_mode(string? word) => Assert.False(ClientModes.TryParse(word, out _));

    private static PortAccessDecision Expected(ClientMode requested, params ClientMode[] current)
    {
        var verdicts = current.Select(c => Documented[(int)requested][(int)c]).ToArray();
        var holder = Array.IndexOf(verdicts, '-');
        if (holder >= 0)
            return new(null, holder);
        return new(verdicts.Contains('r') ? ReadOnly : requested, -1);
    }
}
