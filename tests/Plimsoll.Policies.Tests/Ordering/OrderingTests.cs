using Plimsoll.Core;
using Plimsoll.Policies.Ordering;
using Plimsoll.Testing;

namespace Plimsoll.Policies.Tests.Ordering;

public sealed class OrderingTests
{
    [Fact]
    public void First_come_goes_by_arrival_then_by_id()
    {
        InferenceRequest[] requests = Requests.Of((1.0, 10, 1), (1.0, 99, 1), (2.0, 1, 1));

        Assert.Equal([0, 1, 2], Sorted(new FirstCome(), [requests[2], requests[1], requests[0]]));
    }

    [Fact]
    public void Priority_goes_before_arrival_and_lower_numbers_first()
    {
        InferenceRequest[] requests = Requests.Of((0.0, 1, 1), (1.0, 1, 1), (2.0, 1, 1), (3.0, 1, 1));
        requests[1] = requests[1] with { Details = new RequestDetails { Priority = 5 } }; // asks to wait
        requests[3] = requests[3] with { Details = new RequestDetails { Priority = -1 } }; // came last, is urgent

        Assert.Equal([3, 0, 2, 1], Sorted(new PriorityFirst(), requests));
    }

    [Fact]
    public void Least_work_counts_the_prompt_and_what_is_predicted()
    {
        InferenceRequest[] requests = Requests.Of((0.0, 100, 1), (1.0, 10, 1), (2.0, 60, 1));
        requests[1] = requests[1] with { Details = new RequestDetails { PredictedOutputTokens = 80 } };

        Assert.Equal([2, 1, 0], Sorted(new LeastWorkFirst(), requests));
    }

    private static long[] Sorted(IOrderingPolicy policy, InferenceRequest[] requests)
    {
        Array.Sort(requests, (a, b) => policy.Compare(Requests.View(a, Instant.Zero), Requests.View(b, Instant.Zero)));
        return [.. requests.Select(request => request.Id.Value)];
    }
}
