using Plimsoll.Core;
using Plimsoll.Policies.Batching;

namespace Plimsoll.Policies.Tests.Batching.Waiting;

/// <summary>What the gates of wait and nested-wait answer, by hand.</summary>
public sealed class GateTests
{
    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 0, int.MaxValue)]
    [InlineData(1, 6, 0)]
    [InlineData(1, 7, int.MaxValue)]
    [InlineData(0, 8, int.MaxValue)]
    public void Wait_runs_when_a_stage_is_full_or_the_room_is(int waiting, int running, int runsBelow)
    {
        // Outputs of 4, so four stages of two.
        IStepGate gate = Gate("wait:limit=8");
        int type = Arrive(gate, 4, predicted: 4);

        StepPass pass = Decide(gate, waiting, running, out int[] newcomers, type);

        Assert.Equal(runsBelow, pass.RunsBelow);
        Assert.Equal((runsBelow == 0 ? 0 : 8 - running, runsBelow == 0 ? 0 : 2), (pass.Newcomers, newcomers[type]));
    }

    [Theory]
    [InlineData(2, 5, 2, false, 0)]
    [InlineData(3, 5, 1, false, 2)]
    [InlineData(3, 5, 2, false, int.MaxValue)]
    [InlineData(1, 11, 1, false, int.MaxValue)]
    [InlineData(0, 11, 1, false, 0)]
    [InlineData(0, 12, 0, false, int.MaxValue)]
    [InlineData(0, 5, 0, true, int.MaxValue)]
    public void Nested_wait_stops_at_the_first_segment_that_too_few_enter(int waiting, int running, int entering, bool outOfPatience, int runsBelow)
    {
        // Half end after 2 tokens, half after 6: two stages of three and four of one and a half.
        IStepGate gate = Gate("nested-wait:limit=12");
        int type = Arrive(gate, 4, predicted: 0);
        gate.Ended(new RequestId(0), 2);
        gate.Ended(new RequestId(2), 2);
        gate.Ended(new RequestId(1), 6);
        gate.Ended(new RequestId(3), 6);

        Assert.Equal([2], gate.Boundaries.ToArray());
        StepPass pass = Decide(gate, waiting, running, out int[] newcomers, type, [entering], outOfPatience);

        Assert.Equal(runsBelow, pass.RunsBelow);
        Assert.Equal(runsBelow == 0 ? 0 : 3, newcomers[type]);
    }

    [Fact]
    public void Nested_wait_learns_in_order_of_arrival()
    {
        // The short ones end first; until the long one before them has ended they say nothing of how many are long.
        IStepGate gate = Gate("nested-wait:limit=12");
        Arrive(gate, 4, predicted: 0);
        gate.Ended(new RequestId(0), 2);
        gate.Ended(new RequestId(2), 2);
        gate.Ended(new RequestId(3), 2);
        Assert.Empty(gate.Boundaries.ToArray());

        gate.Ended(new RequestId(1), 6);

        Assert.Equal([2], gate.Boundaries.ToArray());
    }

    [Fact]
    public void Nested_wait_keeps_its_limit_while_more_ends_come()
    {
        IStepGate gate = Gate("nested-wait:slack=1");
        Arrive(gate, 1001, predicted: 0, rate: 9, prompt: 200);
        var limits = new HashSet<int>();
        for (int i = 0; i < 1000; i++)
        {
            gate.Ended(new RequestId(i), 301);
            limits.Add(Decide(gate, 1000, 0, out _, 0, kvTokens: 1 << 22).Newcomers);
        }

        // None before enough have ended.
        Assert.Equal([int.MaxValue, 654], limits);
    }

    [Theory]
    [InlineData("wait", 2.0, int.MaxValue, int.MaxValue)]
    [InlineData("wait:slack=1", 9.0, 3, 654)]
    [InlineData("wait:slack=2", 9.0, 5, 1307)]
    [InlineData("wait:slack=1", 100.0, 19, 5719)]
    [InlineData("nested-wait", 2.0, int.MaxValue, int.MaxValue)]
    [InlineData("nested-wait:slack=1", 9.0, 3, 654)]
    [InlineData("nested-wait", 100.0, 19, 5719)]
    public void Thresholds_are_those_of_the_fluid_or_of_memory(string policy, double rate, int threshold, int limit)
    {
        // The type of the published vectors, and memory for just nineteen at each of its 301 stages, which hold 350 tokens on average.
        IStepGate gate = Gate(policy + (policy.Contains(':', StringComparison.Ordinal) ? "," : ":") + "reserve=0");
        int type = Arrive(gate, 1001, predicted: 301, rate, prompt: 200);
        for (int i = 0; i < 64; i++)
        {
            gate.Ended(new RequestId(i), 301);
        }

        StepPass pass = Decide(gate, 1000, 0, out int[] newcomers, type, kvTokens: (19 * 301 * 350) - 1);

        Assert.Equal((threshold, limit), (newcomers[type], pass.Newcomers));
    }

    private static IStepGate Gate(string policy) =>
        PolicyCatalog.Batching.Parse(policy, out _)!.Create().Plan(new EngineOverrides { StepTime = new(0.0125, 1e-6) }).Gate!();

    // Returns their type.
    private static int Arrive(IStepGate gate, int count, int predicted, double rate = 1, int prompt = 10)
    {
        var request = new QueuedRequest(default, default, prompt, 0, 0, LengthPrediction.Exact(predicted), predicted);
        int type = gate.TypeOf(request);
        for (int i = 0; i < count; i++)
        {
            gate.Arrived(request with { Id = new RequestId(i) }, type, Instant.FromSeconds(i / rate));
        }

        return type;
    }

    private static StepPass Decide(
        IStepGate gate,
        int waiting,
        int running,
        out int[] newcomers,
        int type,
        int[]? atBoundary = null,
        bool outOfPatience = false,
        long kvTokens = 1 << 20)
    {
        int[] byType = new int[gate.Types];
        byType[type] = waiting;
        newcomers = new int[gate.Types];
        var demand = new StepDemand
        {
            Waiting = byType,
            Running = running,
            AtBoundary = atBoundary,
            MaxSequences = int.MaxValue,
            KvTokens = kvTokens,
            OutOfPatience = outOfPatience,
        };
        return gate.Decide(demand, newcomers);
    }
}
