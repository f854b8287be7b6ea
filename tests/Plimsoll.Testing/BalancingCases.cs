using Plimsoll.Core;
using Plimsoll.Policies;
using Plimsoll.Policies.Balancing;

namespace Plimsoll.Testing;

/// <summary>Balancing policies that look at all there is to see, or hold requests back: for comparisons with oracles.</summary>
public static class BalancingCases
{
    /// <summary>One of each kind.</summary>
    public static IReadOnlyList<PolicyChoice<IBalancingPolicy>> All { get; } =
    [
        new(FcfsFill.Entry, PolicyArguments.Defaults),
        Of("least-loaded", Signals.Tokens, () => new LeastLoaded()),
        Of("by-chance", Signals.Queue, () => new ByChance()),
        Of("foresight", Signals.PredictedLength, () => new Foresight()),
        Of("reluctant", Signals.Tokens, () => new Reluctant()),
    ];

    private static PolicyChoice<IBalancingPolicy> Of(string name, Signals signals, Func<IBalancingPolicy> create) => new(
        new PolicyEntry<IBalancingPolicy>
        {
            Name = name,
            Summary = "For tests.",
            BadIdea = "Outside tests.",
            Source = "None.",
            Signals = signals,
            Create = _ => create(),
        },
        PolicyArguments.Defaults);

    private static int Least(ReadOnlySpan<WorkerView> workers, ReadOnlySpan<int> free, ReadOnlySpan<long> loads)
    {
        int least = -1;
        for (int i = 0; i < workers.Length; i++)
        {
            least = free[i] > 0 && (least < 0 || loads[i] < loads[least]) ? i : least;
        }

        return least;
    }

    private static int[] FreeSlots(in GroupView group) => [.. group.Workers.ToArray().Select(worker => worker.FreeSlots)];

    private static long[] Loads(in GroupView group) => [.. group.Workers.ToArray().Select(worker => worker.LoadTokens)];

    // The oldest to the worker with the fewest tokens.
    private sealed class LeastLoaded : IBalancingPolicy
    {
        public void Assign(in GroupView group, Placements placements, ref RandomStream random)
        {
            (int[] free, long[] loads) = (FreeSlots(group), Loads(group));
            for (int i = 0; i < group.Waiting.Length && Least(group.Workers, free, loads) is var worker and >= 0; i++)
            {
                placements.Add(i, worker);
                free[worker]--;
                loads[worker] += group.Waiting[i].PromptTokens;
            }
        }
    }

    // Anybody to anywhere.
    private sealed class ByChance : IBalancingPolicy
    {
        public void Assign(in GroupView group, Placements placements, ref RandomStream random)
        {
            int[] free = FreeSlots(group);
            List<int> waiting = [.. Enumerable.Range(0, group.Waiting.Length)];
            while (waiting.Count > 0 && free.Sum() > 0)
            {
                int place = (int)random.NextBelow(waiting.Count);
                int worker = (int)random.NextBelow(free.Length);
                if (free[worker] > 0)
                {
                    placements.Add(waiting[place], worker);
                    waiting.RemoveAt(place);
                    free[worker]--;
                }
            }
        }
    }

    // The shortest prompt to the worker that will hold least in ten steps, as far as it knows.
    private sealed class Foresight : IBalancingPolicy
    {
        private int _learnt;

        public void Assign(in GroupView group, Placements placements, ref RandomStream random)
        {
            int[] free = FreeSlots(group);
            long[] loads = new long[group.Workers.Length];
            int next = 0;
            for (int i = 0; i < loads.Length; i++)
            {
                long held = 0;
                for (int end = next + group.Workers[i].Requests; next < end; next++)
                {
                    held += group.Placed[next].HeldTokens;
                    loads[i] += group.Placed[next].RemainingSteps > 10 + (_learnt % 3) ? group.Placed[next].HeldTokens : 0;
                }

                Assert(held == group.Workers[i].LoadTokens);
            }

            WaitingRequest[] waiting = group.Waiting.ToArray();
            foreach (int i in Enumerable.Range(0, waiting.Length).OrderBy(i => waiting[i].PromptTokens).ThenBy(i => waiting[i].Id))
            {
                if (Least(group.Workers, free, loads) is not (>= 0 and var worker))
                {
                    return;
                }

                placements.Add(i, worker);
                free[worker]--;
                loads[worker] += waiting[i].PromptTokens;
            }
        }

        public void Learn(int promptTokens, int outputTokens) => _learnt += outputTokens;

        private static void Assert(bool holds) => Invariant.Holds(holds, "a worker's load is the sum over its requests");
    }

    // One at a time, and only where no worker holds much, unless nobody is there.
    private sealed class Reluctant : IBalancingPolicy
    {
        public void Assign(in GroupView group, Placements placements, ref RandomStream random)
        {
            long[] loads = Loads(group);
            if (loads.Max() < 100 + (group.Now.Nanoseconds % 100) || loads.Max() == 0)
            {
                placements.Add(group.Waiting.Length / 2, Least(group.Workers, FreeSlots(group), loads));
            }
        }
    }
}
