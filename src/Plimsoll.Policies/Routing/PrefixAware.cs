using Plimsoll.Core;

namespace Plimsoll.Policies.Routing;

/// <summary>The replica that has most of the prompt cached, unless it is too busy.</summary>
/// <remarks>
/// <para>
/// If the greatest and the smallest number of requests differ by more than the guard, only replicas at the smallest are candidates, else
/// all are. Among candidates with a hit and requests ≤ mean + deviations · σ (of all replicas, σ the population's), most hit tokens
/// win, then fewest requests, then the lowest id. If there are none, one of the replicas with the fewest requests is drawn from the stream.
/// </para>
/// <para>
/// Signals: PrefixHits and Queue. Stale hits cost a prefill that was expected to be saved, never a wrong answer; with no hits known it
/// is a least-requests with random ties. Requests are as reported, plus those sent since.
/// </para>
/// <para>
/// A bad idea when prompts share nothing: then it only spreads ties. When everybody shares one prefix, the load guard does the work.
/// </para>
/// <para>Source: the prefix-cache router of AIBrix (guard 8, one standard deviation).</para>
/// </remarks>
/// <param name="guard">Difference of requests up to which hits decide, from 0.</param>
/// <param name="deviations">Standard deviations above the mean at which a replica is too busy, from 0.</param>
public sealed class PrefixAware(int guard, double deviations) : IRoutingPolicy
{
    private static readonly PolicyOption<int> Guard = new()
    {
        Name = "guard",
        Unit = "requests",
        Minimum = 0,
        Maximum = int.MaxValue,
        Fallback = 8,
        Meaning = "When the numbers of requests differ by more than this, only the least loaded replicas are candidates.",
    };

    private static readonly PolicyOption<double> Deviations = new()
    {
        Name = "deviations",
        Unit = "standard deviations",
        Minimum = 0,
        Maximum = 100,
        Fallback = 1,
        Meaning = "A replica with more requests than the mean and this many standard deviations is passed over.",
    };

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IRoutingPolicy> Entry { get; } = new()
    {
        Name = "prefix-aware",
        Summary = "The replica with most of the prompt cached, unless it is too busy; without a hit, any of those with fewest requests.",
        BadIdea = "When prompts share nothing: there is nothing to gain, and the engine's hits must still be tracked.",
        Source = "The prefix-cache router of AIBrix (guard of 8 requests, one standard deviation).",
        Signals = Signals.PrefixHits | Signals.Queue,
        Options = [Guard, Deviations],
        Create = arguments => new PrefixAware(arguments.Of(Guard), arguments.Of(Deviations)),
    };

    /// <inheritdoc/>
    public int Choose(in RequestView request, ReadOnlySpan<ReplicaView> replicas, ref RandomStream random)
    {
        Load load = Load.Of(replicas);
        int match = request.PrefixHitTokens.IsEmpty ? -1 : BestMatch(request.PrefixHitTokens, replicas, load);
        return match >= 0 ? match : AnyOfTheFewest(replicas, load, ref random);
    }

    private int BestMatch(ReadOnlySpan<int> hits, ReadOnlySpan<ReplicaView> replicas, in Load load)
    {
        Invariant.Holds(hits.Length == replicas.Length, "there is one number of hit tokens for each replica");
        double limit = (long)load.Most - load.Fewest > guard ? load.Fewest : load.Mean + (deviations * load.StandardDeviation);
        int best = -1;
        for (int i = 0; i < hits.Length; i++)
        {
            bool candidate = hits[i] > 0 && replicas[i].Requests <= limit;
            if (candidate && (best < 0 || IsBetter(hits[i], replicas[i].Requests, hits[best], replicas[best].Requests)))
            {
                best = i;
            }
        }

        return best;
    }

    private static bool IsBetter(int hits, int requests, int bestHits, int bestRequests) =>
        hits > bestHits || (hits == bestHits && requests < bestRequests);

    private static int AnyOfTheFewest(ReadOnlySpan<ReplicaView> replicas, in Load load, ref RandomStream random)
    {
        long skipped = random.NextBelow(load.ReplicasAtFewest);
        int index = 0;
        while (replicas[index].Requests != load.Fewest || skipped-- > 0)
        {
            index++;
        }

        return index;
    }

    /// <summary>The numbers of requests on all replicas, summed up.</summary>
    private readonly record struct Load(int Fewest, int Most, int ReplicasAtFewest, double Mean, double StandardDeviation)
    {
        public static Load Of(ReadOnlySpan<ReplicaView> replicas)
        {
            (int fewest, int most, int atFewest) = (int.MaxValue, int.MinValue, 0);
            (double sum, double squares) = (0, 0);
            foreach (ref readonly ReplicaView replica in replicas)
            {
                int requests = replica.Requests;
                atFewest = requests < fewest ? 1 : atFewest + (requests == fewest ? 1 : 0);
                fewest = Math.Min(fewest, requests);
                most = Math.Max(most, requests);
                sum += requests;
                squares += (double)requests * requests;
            }

            double count = replicas.Length;
            double deviation = Math.Sqrt(Math.Max(0, (count * squares) - (sum * sum))) / count;
            return new Load(fewest, most, atFewest, sum / count, deviation);
        }
    }
}
