using Plimsoll.Core;
using Plimsoll.Gateway.Access;

namespace Plimsoll.Gateway.Tests.Access;

/// <summary>What is left of a key's limits, by a clock of the test's own.</summary>
public sealed class KeyBudgetTests
{
    [Fact]
    public void A_minute_s_requests_may_come_at_once_and_then_one_at_a_time()
    {
        var budget = new KeyBudget(new KeyLimits(RequestsPerMinute: 6), At(0));

        Assert.All(Enumerable.Range(0, 6), _ => Assert.Null(budget.TryEnter(At(0))));
        Assert.Equal(new KeyRefusal("requests_per_minute", 10), budget.TryEnter(At(0)));
        Assert.Equal(new KeyRefusal("requests_per_minute", 1), budget.TryEnter(At(9.5)));
        Assert.Null(budget.TryEnter(At(10)));
        Assert.NotNull(budget.TryEnter(At(10)));
    }

    [Fact]
    public void Tokens_are_paid_afterwards_and_an_overdraft_is_waited_off()
    {
        var budget = new KeyBudget(new KeyLimits(TokensPerMinute: 600), At(0));

        Assert.Null(budget.TryEnter(At(0)));
        budget.Leave(900, At(0));

        Assert.Equal(new KeyRefusal("tokens_per_minute", 31), budget.TryEnter(At(0)));
        Assert.NotNull(budget.TryEnter(At(30)));
        Assert.Null(budget.TryEnter(At(30.5)));
    }

    [Fact]
    public void So_many_run_at_a_time()
    {
        var budget = new KeyBudget(new KeyLimits(Concurrency: 2), At(0));

        Assert.Null(budget.TryEnter(At(0)));
        Assert.Null(budget.TryEnter(At(0)));
        Assert.Equal(new KeyRefusal("concurrency_limit", 1), budget.TryEnter(At(0)));
        budget.Leave(0, At(0));
        Assert.Null(budget.TryEnter(At(0)));
        Assert.Equal(2, budget.Running);
    }

    [Fact]
    public void What_was_refused_takes_nothing()
    {
        var budget = new KeyBudget(new KeyLimits(RequestsPerMinute: 2, Concurrency: 1), At(0));
        Assert.Null(budget.TryEnter(At(0)));
        Assert.NotNull(budget.TryEnter(At(0)));

        budget.Leave(0, At(0));

        Assert.Null(budget.TryEnter(At(0)));
    }

    [Fact]
    public void New_limits_keep_what_was_used()
    {
        var budget = new KeyBudget(new KeyLimits(RequestsPerMinute: 10), At(0));
        Assert.Null(budget.TryEnter(At(0)));

        budget.Change(new KeyLimits(RequestsPerMinute: 2), At(0));

        Assert.Null(budget.TryEnter(At(0)));
        Assert.NotNull(budget.TryEnter(At(0)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Over_any_run_no_more_enter_than_the_limit_allows(ulong seed)
    {
        RandomStream random = new RandomTree(seed).Stream("budget");
        var budget = new KeyBudget(new KeyLimits(RequestsPerMinute: 30), At(0));
        (double now, int entered) = (0, 0);
        for (int i = 0; i < 5_000; i++)
        {
            now += random.NextOpenUnit() * 2;
            entered += budget.TryEnter(At(now)) is null ? 1 : 0;
        }

        Assert.InRange(entered, (int)(now / 2) - 1, (int)(now / 2) + 31);
    }

    private static Instant At(double seconds) => Instant.Zero + Duration.FromSeconds(seconds);
}
