using System.Globalization;
using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Replica;

/// <summary>Engine and twin agree when a gate holds requests back, and nobody stays inside.</summary>
public class GateEqualsTicksTests
{
    [Fact]
    public void Same_timelines_with_any_gate()
    {
        var seen = new Counts();
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 1500); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("gates");
            ReplicaConfiguration configuration = Configuration(ref dice);
            InferenceRequest[] requests = RandomCases.Requests(ref dice, configuration, most: 40);
            ulong gate = dice.NextUInt64();
            int types = 1 + (int)dice.NextBelow(4);
            var patience = Duration.FromMilliseconds(dice.NextBelow(3) == 0 ? 0 : dice.NextBelow(300));
            configuration = With(configuration, () => new Whim(gate, types, patience, seen));
            TwinRun run = TwinRun.Of(configuration, requests, reportOften: seed % 2 == 0, $"seed {seed}");
            seen.Evicted += run.Preemptions;
        }

        Assert.True(seen is { Evicted: > 100, Shut: > 1000, Partly: > 1000, Impatient: > 1000 }, seen.ToString());
    }

    [Theory]
    [InlineData("wait")]
    [InlineData("nested-wait")]
    public void Same_timelines_with_gates_that_learn(string policy)
    {
        long pauses = 0;
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 1500); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("waits");
            ReplicaConfiguration configuration = Configuration(ref dice);
            configuration = configuration with { KvBlocks = configuration.KvBlocks * (1 + dice.NextBelow(8)) };
            InferenceRequest[] requests = RandomCases.Requests(ref dice, configuration, most: 120);
            string limit = dice.NextBelow(2) == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $",limit={1 + dice.NextBelow(400)}");
            string patience = (dice.NextBelow(400) / 1000.0).ToString(CultureInfo.InvariantCulture);
            Func<IStepGate> gate = EngineCase.Policy($"{policy}:patience={patience}{limit}", new() { StepTime = new(0.01, 1e-6) }).Gate!;
            TwinRun run = TwinRun.Of(With(configuration, gate), requests, reportOften: seed % 2 == 0, $"seed {seed}", Prediction);
            double busy = (double)run.Engine.Statistics.BusyPicoseconds * 1e-12;
            pauses += run.Timelines.Max(timeline => timeline.Finished).Seconds > busy ? 1 : 0;
        }

        Assert.True(pauses > 100, $"{pauses} runs with pauses");
    }

    [Theory]
    [InlineData("wait")]
    [InlineData("nested-wait")]
    public void With_nothing_to_wait_for_a_gate_is_not_there(string policy)
    {
        BatchingRules rules = EngineCase.Policy(policy, new() { MaxSequences = 64, StepTime = new(0.0125, 1e-6) });
        var stepTime = new AffineStepTime(0.0125, 0, 0, 1e-6);
        RandomStream dice = new RandomTree(3).Stream("light");
        var requests = new List<InferenceRequest>();
        double at = 0;
        for (int i = 0; i < 400; i++)
        {
            // Two a second, prompts of 200 and outputs of 301: a threshold of 0.03 requests.
            at -= Math.Log(dice.NextOpenUnit()) / 2;
            requests.Add(new(new RequestId(i), Instant.FromSeconds(at), 200, 301));
        }

        TwinRun gated = TwinRun.Of(EngineCase.Of(rules, 1_000, stepTime), requests, predict: Prediction);
        TwinRun free = TwinRun.Of(EngineCase.Of(rules with { Gate = null }, 1_000, stepTime), requests);

        Assert.Equal(free.Timelines, gated.Timelines);
    }

    private static LengthPrediction Prediction(InferenceRequest request) => LengthPrediction.Exact(request.OutputTokens);

    private static ReplicaConfiguration With(ReplicaConfiguration configuration, Func<IStepGate> gate) =>
        configuration with { Rules = configuration.Rules with { Gate = gate } };

    internal static ReplicaConfiguration Configuration(ref RandomStream dice)
    {
        ReplicaConfiguration configuration = RandomCases.Configuration(ref dice, StepComposition.Mixed, 1);
        int sequences = 1 + (int)dice.NextBelow(12);
        return configuration with
        {
            CountsNewToken = dice.NextBelow(2) == 0,
            BlockTokens = dice.NextBelow(2) == 0 ? 1 : configuration.BlockTokens,
            Rules = configuration.Rules with
            {
                MaxSequences = sequences,
                TokenBudget = dice.NextBelow(2) == 0 ? int.MaxValue : sequences + (int)dice.NextBelow(200),
                ChunkTokens = 0,
                ChunkedPrefill = false,
                Order = dice.NextBelow(3) == 0 ? new Shortest() : null,
            },
        };
    }

    private sealed class Shortest : IQueueOrder
    {
        public long Key(in QueuedRequest request) => request.PromptTokens;
    }

    private sealed record Counts
    {
        public long Evicted { get; set; }

        public long Shut { get; set; }

        public long Partly { get; set; }

        public long Impatient { get; set; }
    }

    /// <summary>Answers by a hash of all it is shown and told, so that any difference in that shows.</summary>
    private sealed class Whim(ulong seed, int types, Duration patience, Counts seen) : IStepGate
    {
        private readonly int[] _boundaries = [1 + (int)(seed % 5), 7 + (int)(seed % 11), 30 + (int)(seed % 20)];
        private ulong _told;

        public Duration Patience => patience;

        public int Types => types;

        public ReadOnlySpan<int> Boundaries => _boundaries.AsSpan(0, (int)(_told % 4));

        public int TypeOf(in QueuedRequest request) => (int)(request.Id.Value % types);

        public void Arrived(in QueuedRequest request, int type, Instant now) => _told += (ulong)(now.Nanoseconds + type);

        public void Ended(RequestId id, int outputTokens) => _told += (ulong)(outputTokens * (id.Value + 1_000_003));

        public StepPass Decide(in StepDemand demand, Span<int> newcomers)
        {
            // Answers that last may depend on nothing that changes while the same requests run.
            ulong lasting = StableHash.Combine(StableHash.Combine(seed, _told), (ulong)demand.Running);
            foreach (int waiting in demand.Waiting)
            {
                lasting = StableHash.Combine(lasting, (ulong)waiting);
            }

            ulong fleeting = lasting;
            foreach (int entering in demand.AtBoundary)
            {
                fleeting = StableHash.Combine(fleeting, (ulong)entering);
            }

            for (int type = 0; type < types; type++)
            {
                newcomers[type] = (int)((lasting >> (8 * type)) % 3) + (demand.OutOfPatience ? 1 : 0);
            }

            int room = 1 + (int)(lasting % 5);
            if (demand.OutOfPatience)
            {
                seen.Impatient++;
                return new(int.MaxValue, room, Lasts: true);
            }

            ulong whim = fleeting % 8;
            if (whim < 2)
            {
                seen.Shut++;
                return StepPass.Nobody(newcomers);
            }

            if (whim < 4 && demand.AtBoundary.Length > 0)
            {
                seen.Partly++;
                return new(_boundaries[(int)(fleeting % (ulong)demand.AtBoundary.Length)], room, Lasts: false);
            }

            return new(int.MaxValue, room, Lasts: demand.AtBoundary.IsEmpty);
        }
    }
}
