namespace Plimsoll.Optimization.Hindsight;

/// <summary>
/// Jobs with equal prompt and output: exchanging two of them changes neither memory nor total latency, so it is enough to say how many
/// start in each round, and the earlier arrivals (ties by id) take the earlier starts. That is always allowed: if the job that arrives
/// first starts last, both can start at the other's round.
/// </summary>
internal sealed class JobClass
{
    private JobClass(HindsightInstance instance, int[] members)
    {
        Members = members;
        Arrivals = [.. members.Select(member => instance.Jobs[member].ArrivalRound)];
        PromptTokens = instance.Jobs[members[0]].PromptTokens;
        OutputTokens = instance.Jobs[members[0]].OutputTokens;
        MostAtOnce = Math.Min(members.Length, instance.CapacityTokens / (PromptTokens + OutputTokens));
    }

    /// <summary>Positions of its jobs in the instance, by arrival and then id.</summary>
    public int[] Members { get; }

    /// <summary>Arrival round of each member, ascending.</summary>
    public int[] Arrivals { get; }

    public int PromptTokens { get; }

    public int OutputTokens { get; }

    public int Count => Members.Length;

    /// <summary>How many can start in the same round at most: their peaks fall together.</summary>
    public int MostAtOnce { get; }

    /// <summary>How many have arrived by this round.</summary>
    public int Arrived(int round)
    {
        int count = 0;
        while (count < Arrivals.Length && Arrivals[count] <= round)
        {
            count++;
        }

        return count;
    }

    /// <summary>The classes of an instance, by output, prompt.</summary>
    public static JobClass[] Of(HindsightInstance instance)
    {
        var positions = new SortedDictionary<(int Output, int Prompt), List<int>>();
        for (int i = 0; i < instance.Jobs.Length; i++)
        {
            HindsightJob job = instance.Jobs[i];
            (int, int) key = (job.OutputTokens, job.PromptTokens);
            if (!positions.TryGetValue(key, out List<int>? list))
            {
                positions.Add(key, list = []);
            }

            list.Add(i);
        }

        return [.. positions.Values.Select(list => new JobClass(
            instance,
            [.. list.OrderBy(i => instance.Jobs[i].ArrivalRound).ThenBy(i => instance.Jobs[i].Id)]))];
    }
}
