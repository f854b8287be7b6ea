using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Testing;

/// <summary>Random engines and random traffic for them, made to hit the hard cases often: the same dice, the same case.</summary>
public static class RandomCases
{
    /// <summary>An engine with little memory and small budgets, so that everything that can be short is.</summary>
    public static ReplicaConfiguration Configuration(ref RandomStream dice, StepComposition composition, int stepsInFlight)
    {
        int sequences = 1 + (int)dice.NextBelow(12);
        bool chunked = composition != StepComposition.PrefillOnly && (composition == StepComposition.DecodeFirst || dice.NextBelow(5) > 0);
        int budget = chunked ? sequences + (int)dice.NextBelow(100) : 200 + (int)dice.NextBelow(100);
        MemoryReservation reservation = composition == StepComposition.Mixed
            ? (MemoryReservation)Math.Max(0, dice.NextBelow(5) - 2)
            : MemoryReservation.Prompt;
        var rules = new BatchingRules
        {
            MaxSequences = sequences,
            TokenBudget = budget,
            ChunkTokens = chunked && dice.NextBelow(2) == 0 ? 1 + (int)dice.NextBelow(60) : 0,
            ChunkedPrefill = chunked,
            Composition = composition,
            Reservation = reservation,
            FullSequenceGate = dice.NextBelow(2) == 0,
            WatermarkFraction = dice.NextBelow(3) == 0 ? 0.05 : 0,
            JoinsRunningBatch = dice.NextBelow(6) > 0,
            PrefixCaching = composition != StepComposition.PrefillOnly && dice.NextBelow(3) > 0,
            StepsInFlight = stepsInFlight,
        };
        IStepTimeModel stepTime = dice.NextBelow(4) switch
        {
            0 => new AffineStepTime(0.010),
            3 => new IterationStepTime(0.0446, 3.78e-4, 5.2e-4, 2.7e-6),
            1 => new AffineStepTime(0.0123456789, 3.33e-5, 1.7e-5, 8.12e-8, 3.1e-8),
            _ => new AffineStepTime(0, 1e-4, 1e-3, 1e-6),
        };
        return new ReplicaConfiguration(rules, 8 + dice.NextBelow(60), 1 + (int)dice.NextBelow(20), stepTime);
    }

    /// <summary>Up to so many requests, most of which fit into that memory; some share prefixes, some hang up or stop early.</summary>
    public static InferenceRequest[] Requests(ref RandomStream dice, ReplicaConfiguration configuration, int most)
    {
        long capacity = configuration.KvBlocks * configuration.BlockTokens;
        int longest = (int)Math.Max(2, capacity / (1 + dice.NextBelow(4)));
        int count = 1 + (int)dice.NextBelow(most);
        long gap = (dice.NextBelow(4) * 20_000_000) + 1;
        int hashTokens = 1 + (int)dice.NextBelow(3 * configuration.BlockTokens);
        var requests = new List<InferenceRequest>();
        long at = 0;
        for (int i = 0; i < count; i++)
        {
            at += dice.NextBelow(4) == 0 ? 0 : dice.NextBelow(gap);
            int prompt = 1 + (int)dice.NextBelow(dice.NextBelow(20) == 0 ? longest * 3 : longest);
            int output = 1 + (int)dice.NextBelow(dice.NextBelow(3) == 0 ? 3 : 80);
            requests.Add(new(new RequestId(i), new Instant(at), prompt, output, Details(ref dice, prompt, output, hashTokens)));
        }

        return [.. requests];
    }

    /// <summary>Some of the clients leave: before the first step, in the midst of it all, or when it is over already.</summary>
    public static Departure[] Departures(ref RandomStream dice, ReadOnlySpan<InferenceRequest> requests)
    {
        var departures = new List<Departure>();
        long latest = 1 + dice.NextBelow(4_000_000_000);
        foreach (InferenceRequest request in requests)
        {
            if (dice.NextBelow(3) == 0)
            {
                long after = dice.NextBelow(8) == 0 ? 0 : dice.NextBelow(latest);
                departures.Add(new Departure(request.Id, new Instant(request.Arrival.Nanoseconds + after)));
            }
        }

        return [.. departures.OrderBy(departure => departure.At).ThenBy(departure => departure.Id)];
    }

    private static RequestDetails? Details(ref RandomStream dice, int prompt, int output, int hashTokens)
    {
        if (dice.NextBelow(3) == 0)
        {
            return null;
        }

        // A few families of prompts, some with their answers, that share their beginnings, up to where this one's hashes end.
        int hashedTokens = prompt + (dice.NextBelow(2) == 0 ? output : 0);
        int hashes = (int)dice.NextBelow(((hashedTokens + hashTokens - 1) / hashTokens) + 1);
        int family = (int)dice.NextBelow(3);
        int shared = (int)dice.NextBelow(hashes + 1);
        ulong self = dice.NextUInt64();
        var prefix = new ulong[hashes];
        for (int i = 0; i < hashes; i++)
        {
            prefix[i] = StableHash.Combine(i < shared ? (ulong)family : self, (ulong)i);
        }

        return new RequestDetails
        {
            PrefixHashArray = prefix,
            BlockTokens = hashTokens,
            Session = $"session {family}",
            Priority = family,
            CancelledAfterTokens = dice.NextBelow(6) == 0 ? (int)dice.NextBelow(output + 2) : null,
            MaxOutputTokens = dice.NextBelow(4) == 0 ? output + (int)dice.NextBelow(20) : null,
        };
    }
}
