namespace Plimsoll.Core.Tests;

public class InvariantTests
{
    [Fact]
    public void A_broken_statement_stops_the_run_and_is_quoted()
    {
        Invariant.Holds(true, "one is one");
        InvariantBrokenException broken = Assert.Throws<InvariantBrokenException>(() => Invariant.Holds(false, "one is two"));
        Assert.Equal("invariant broken: one is two", broken.Message);
    }
}
