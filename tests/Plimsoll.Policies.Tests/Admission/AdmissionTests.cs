using Plimsoll.Core;
using Plimsoll.Policies.Admission;
using Plimsoll.Testing;

namespace Plimsoll.Policies.Tests.Admission;

public sealed class AdmissionTests
{
    [Fact]
    public void Always_admits_whatever_the_load() =>
        Assert.True(new AlwaysAdmit().Decide(Requests.Arriving(), new FleetView(1, 1_000_000, 0, 0, long.MaxValue)).Accepted);

    [Theory]
    [InlineData(0, 0, true)] // nothing waits
    [InlineData(12, 7, true)] // 19 wait in all, one below 2 replicas × 10
    [InlineData(13, 7, false)] // 20 reach the limit
    [InlineData(0, 20, false)] // it does not matter where they wait
    [InlineData(int.MaxValue, int.MaxValue, false)] // sums are not cut off
    public void Queue_limit_counts_waiting_requests_wherever_they_wait(int queued, int waiting, bool accepted) =>
        Assert.Equal(
            accepted ? RejectReason.None : RejectReason.QueueFull,
            new QueueLimit(10).Decide(Requests.Arriving(), new FleetView(2, queued, waiting, 50, 0)).Reason);

    [Fact]
    public void Queue_limit_refuses_when_no_replica_is_left() =>
        Assert.False(new QueueLimit(10).Decide(Requests.Arriving(), new FleetView(0, 0, 0, 0, 0)).Accepted);

    [Theory]
    [InlineData(0, 2000, true)] // exactly the whole budget of 2 × 1000
    [InlineData(0, 2001, false)] // too long even for an idle fleet
    [InlineData(1900, 100, true)] // fills what is left
    [InlineData(1901, 100, false)] // one token too many
    public void Token_budget_bounds_tokens_in_flight_with_this_prompt(long inFlight, int prompt, bool accepted) =>
        Assert.Equal(
            accepted ? RejectReason.None : RejectReason.TokenBudget,
            new TokenBudget(1000).Decide(Requests.Arriving(prompt), new FleetView(2, 0, 0, 5, inFlight)).Reason);

    [Fact]
    public void A_refusal_without_a_reason_is_a_bug() =>
        Assert.Throws<InvariantBrokenException>(() => AdmissionDecision.Reject(RejectReason.None));
}
