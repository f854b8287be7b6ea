using Plimsoll.Core;
using Plimsoll.Policies;
using Plimsoll.Policies.Balancing;

namespace Plimsoll.Testing;

/// <summary>Balancing policies for tests.</summary>
public static class BalancingOf
{
    /// <summary>The catalogue's policy of that name, with its defaults.</summary>
    public static PolicyChoice<IBalancingPolicy> Catalogue(string text) =>
        PolicyCatalog.Balancing.Parse(text, out IReadOnlyList<string> problems) ?? throw new ArgumentException(string.Join("; ", problems));

    /// <summary>
    /// Puts what it likes where it likes, sometimes nothing though there is room; it never leaves a whole group empty. Looks at what
    /// every request holds and has to go, so that a wrong view of them shows.
    /// </summary>
    public static PolicyChoice<IBalancingPolicy> Whims { get; } = Choice(() => new Whimsical());

    /// <summary>A policy made by this.</summary>
    public static PolicyChoice<IBalancingPolicy> Choice(Func<IBalancingPolicy> create) => new(
        new PolicyEntry<IBalancingPolicy>
        {
            Name = "test",
            Summary = "For tests.",
            BadIdea = "Elsewhere.",
            Source = "None.",
            Signals = Signals.Queue | Signals.Tokens | Signals.PredictedLength,
            Create = _ => create(),
        },
        PolicyArguments.Defaults);

    private sealed class Whimsical : IBalancingPolicy
    {
        private long _learned;

        public void Learn(int promptTokens, int outputTokens) => _learned += (3L * promptTokens) + outputTokens;

        public void Assign(in GroupView group, Placements placements, ref RandomStream random)
        {
            long seen = _learned;
            foreach (PlacedRequest placed in group.Placed)
            {
                seen += (7 * placed.HeldTokens) + placed.RemainingSteps;
            }

            int[] free = [.. group.Workers.ToArray().Select(worker => worker.FreeSlots)];
            bool empty = group.Placed.IsEmpty;
            foreach (int waiting in Shuffled(group.Waiting.Length, ref random))
            {
                int worker = (int)((ulong)(seen + group.Workers[0].LoadTokens + random.NextBelow(free.Length)) % (ulong)free.Length);
                if (free[worker] > 0 && (empty || random.NextBelow(4) > 0))
                {
                    free[worker]--;
                    empty = false;
                    placements.Add(waiting, worker);
                }
            }
        }

        private static int[] Shuffled(int count, ref RandomStream random)
        {
            int[] order = [.. Enumerable.Range(0, count)];
            for (int i = count - 1; i > 0; i--)
            {
                int j = (int)random.NextBelow(i + 1);
                (order[i], order[j]) = (order[j], order[i]);
            }

            return order;
        }
    }
}
