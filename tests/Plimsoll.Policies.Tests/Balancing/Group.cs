using Plimsoll.Core;
using Plimsoll.Policies.Balancing;

namespace Plimsoll.Policies.Tests.Balancing;

/// <summary>A barrier group for tests, and what a policy does with it.</summary>
internal sealed record Group(WorkerView[] Workers, PlacedRequest[] Placed, WaitingRequest[] Waiting)
{
    /// <summary>Workers with these loads, each with so many free slots and nothing that ends, and waiting prompts.</summary>
    public static Group Of(long[] loads, int freeSlots, params int[] prompts) => new(
        [.. loads.Select(load => new WorkerView { LoadTokens = load, Requests = 1, FreeSlots = freeSlots })],
        [.. loads.Select(load => new PlacedRequest((int)load, 0, 0))],
        [.. prompts.Select((prompt, id) => new WaitingRequest(new RequestId(id), prompt, 0))]);

    /// <summary>Any group of so many workers: some slots free, some requests about to end, some without a prediction.</summary>
    public static Group Any(int workers, int slots, int waiting, int longest, ref RandomStream dice)
    {
        var views = new WorkerView[workers];
        List<PlacedRequest> placed = [];
        int freeOneIn = 1 + (int)dice.NextBelow(6);
        for (int worker = 0; worker < workers; worker++)
        {
            for (int slot = 0; slot < slots; slot++)
            {
                if (dice.NextBelow(freeOneIn) == 0)
                {
                    views[worker].FreeSlots++;
                    continue;
                }

                int generated = (int)dice.NextBelow(50);
                int predicted = dice.NextBelow(5) == 0 ? 0 : Math.Max(1, generated - 3 + (int)dice.NextBelow(40));
                var request = new PlacedRequest(1 + (int)dice.NextBelow(longest), generated, predicted);
                placed.Add(request);
                views[worker].Requests++;
                views[worker].LoadTokens += request.HeldTokens;
                views[worker].WaitingRequests += generated == 0 ? 1 : 0;
            }
        }

        var pool = new WaitingRequest[waiting];
        for (int i = 0; i < waiting; i++)
        {
            pool[i] = new WaitingRequest(new RequestId(i), 1 + (int)dice.NextBelow(longest), (int)dice.NextBelow(80));
        }

        return new Group(views, [.. placed], pool);
    }

    public int FreeSlots => Workers.Sum(worker => worker.FreeSlots);

    public GroupView View => new() { Workers = Workers, Placed = Placed, Waiting = Waiting };

    /// <summary>The placements of a policy.</summary>
    public Placement[] Ask(IBalancingPolicy policy, ulong seed = 1)
    {
        Placements placements = new();
        RandomStream random = new(seed);
        policy.Assign(View, placements, ref random);
        return placements.All.ToArray();
    }

    /// <summary>The loads once these are placed.</summary>
    public long[] LoadsAfter(Placement[] placements)
    {
        long[] loads = [.. Workers.Select(worker => worker.LoadTokens)];
        foreach (Placement placement in placements)
        {
            loads[placement.Worker] += Waiting[placement.Waiting].PromptTokens;
        }

        return loads;
    }

    /// <summary>G · greatest − sum of all.</summary>
    public static long Imbalance(long[] loads) => (loads.Length * loads.Max()) - loads.Sum();

    /// <summary>The requests of each worker in another order.</summary>
    public Group Shuffled(ref RandomStream dice)
    {
        PlacedRequest[] placed = [.. Placed];
        int start = 0;
        foreach (WorkerView worker in Workers)
        {
            for (int i = worker.Requests - 1; i > 0; i--)
            {
                int j = (int)dice.NextBelow(i + 1);
                (placed[start + i], placed[start + j]) = (placed[start + j], placed[start + i]);
            }

            start += worker.Requests;
        }

        return this with { Placed = placed };
    }
}
