using Plimsoll.Core;
using Plimsoll.Simulation.Disaggregation;

namespace Plimsoll.Simulation.Tests.Disaggregation;

/// <summary>
/// The simulator of scheduling theory, section 2.4, line by line: visits every slot in every step and adds its loads up anew. Ticks are
/// those of the run it is compared with.
/// </summary>
internal static class NaiveAfd
{
    public static AfdOutcome Execute(AfdScenario scenario, RandomTree random, double ticksPerUnit)
    {
        (int r, int slots, int m) = (scenario.Ratio, scenario.SlotsPerInstance, scenario.Microbatches);
        long Ticks(double time) => (long)Math.Round(time * ticksPerUnit);
        ulong seed = StableHash.Combine(random.Seed, StableHash.Of("attention slots"));
        var requests = new SlotRequest[m, r, slots];
        var served = new int[m, r, slots];
        void Draw(int b, int j, int i)
        {
            var dice = new RandomStream(StableHash.Combine(
                seed, StableHash.Combine((ulong)b, ((ulong)j << 32) + (ulong)i), (ulong)served[b, j, i]));
            bool found = scenario.Start == AfdStart.Stationary && served[b, j, i] == 0;
            requests[b, j, i] = found ? scenario.Traffic.Found(ref dice) : scenario.Traffic.Fresh(ref dice);
        }

        for (int each = 0; each < m * r * slots; each++)
        {
            Draw(each / (r * slots), each / slots % r, each % slots);
        }

        var attentionFree = new long[r];
        var ready = new long[m];
        long ffnFree = 0;
        Int128 attentionBusy = 0;
        long ffnBusy = 0;
        long loads = 0;
        long completions = 0;
        ulong digest = 0;
        long oneWay = Ticks(scenario.Costs.CommunicationTime(r, slots) / 2);
        long ffn = Ticks(scenario.Costs.FfnTime(r, slots));
        for (int k = 0; k < scenario.Steps; k++)
        {
            for (int b = 0; b < m; b++)
            {
                for (int j = 0; j < r; j++)
                {
                    long load = 0;
                    for (int i = 0; i < slots; i++)
                    {
                        load += requests[b, j, i].PromptTokens + requests[b, j, i].Age;
                    }

                    long time = (Ticks(scenario.Costs.Attention.PerToken) * load) + Ticks(scenario.Costs.Attention.Fixed);
                    attentionFree[j] = Math.Max(attentionFree[j], ready[b]) + time;
                    attentionBusy += time;
                    loads += load;
                }

                long arrive = attentionFree.Max() + oneWay;
                ffnFree = Math.Max(ffnFree, arrive) + ffn;
                ffnBusy += ffn;
                ready[b] = ffnFree + oneWay;
                digest = StableHash.Combine(digest, (ulong)ready[b]);
                for (int j = 0; j < r; j++)
                {
                    for (int i = 0; i < slots; i++)
                    {
                        ref SlotRequest request = ref requests[b, j, i];
                        request = request with { Age = request.Age + 1 };
                        if (request.Age == request.OutputTokens)
                        {
                            completions++;
                            served[b, j, i]++;
                            Draw(b, j, i);
                        }
                    }
                }
            }
        }

        return new AfdOutcome
        {
            Ratio = r,
            Tokens = (long)scenario.Steps * m * r * slots,
            Completions = completions,
            LoadTokenSteps = loads,
            EndTicks = ready[m - 1],
            AttentionTicks = attentionBusy,
            FfnTicks = ffnBusy,
            TicksPerUnit = ticksPerUnit,
            Digest = digest,
        };
    }
}
