namespace Plimsoll.Policies.Batching.SortedF;

/// <summary>The best batch of all, by a dynamic program over how many requests and how many prompt tokens it has.</summary>
/// <remarks>
/// <para>
/// f[k][S] is the least Σo of k requests with S prompt tokens together. Requests join from the longest output to the shortest: then a batch
/// of k whose shortest output is o holds S + k·o tokens when that one completes, so that both feasibilities are decided by k, S and f
/// alone: f + S ≤ M for <see cref="BatchFeasibility.Peak"/>, S + k·o ≤ M at every joining for <see cref="BatchFeasibility.Exact"/>.
/// Among equal scores the batch with the lexicographically smallest ranks is found.
/// </para>
/// <para>
/// The table has requests × (largest count + 1) × (prompt tokens + 1) cells. Before it is filled, whoever cannot be in a best batch is left
/// out. Leaving a member out of a best batch of k must not lower F, so its o ≤ (2k − 1)·F, for which the batch of
/// <see cref="LambdaGreedySelector"/> gives an upper limit. And with a member, a best batch holds everybody before it in rank that has no
/// more prompt tokens, so that nobody is in it who has as many of these as a batch may have members.
/// </para>
/// <para>
/// If the table would still have more than <c>maxCells</c> cells, prompt tokens are counted in units, each request's rounded up: the batch
/// stays feasible but may miss the best one. It is then improved by exchanges, and the batch of <see cref="LambdaGreedySelector"/> is kept
/// where it is better, or where the cells do not suffice for 64 units.
/// </para>
/// <para>Source: f[k][m] of scheduling theory, section 5.1; the order of joining is ours.</para>
/// </remarks>
/// <param name="maxCells">Most cells of the table for one batch, from 1 to 2³⁰.</param>
public sealed class DynamicProgramSelector(int maxCells = DynamicProgramSelector.DefaultMaxCells) : IBatchSelector
{
    /// <summary>Cells that take a few hundredths of a second.</summary>
    public const int DefaultMaxCells = 1 << 24;

    private const int FewestUnits = 64;
    private readonly LambdaGreedySelector _greedy = new();
    private readonly ScanOrder _byMemory = new();
    private readonly ScanOrder _byOutput = new();
    private readonly SwapSearch _search = new(maxRounds: 20);
    private readonly CandidateBatch _found = new();
    private readonly BatchTable _table = new();
    private int[] _candidates = [];

    /// <inheritdoc/>
    public void Begin(RankedBacklog backlog)
    {
        _greedy.Begin(backlog);
        _byMemory.Sort(backlog, outputWeight: backlog.Feasibility == BatchFeasibility.Peak ? 1 : 0, promptWeight: 1);
        _byOutput.Sort(backlog, outputWeight: 1L << 31, promptWeight: 1);
    }

    /// <inheritdoc/>
    public void Choose(RankedBacklog backlog, CandidateBatch batch)
    {
        if (AllFit(backlog))
        {
            BestPrefix(backlog, batch);
            return;
        }

        _greedy.Choose(backlog, batch);
        int mostMembers = MostMembers(backlog);
        ReadOnlySpan<int> candidates = Candidates(backlog, batch.Score, mostMembers);
        mostMembers = Math.Min(mostMembers, candidates.Length);
        long columns = maxCells / (candidates.Length * (mostMembers + 1L));
        long unit = columns == 0 ? 0 : 1 + (MostPromptTokens(backlog, candidates) / columns);
        if (unit == 0 || (unit > 1 && columns < FewestUnits))
        {
            return;
        }

        _table.Fill(backlog, candidates, mostMembers, unit, (int)columns);
        _found.Start(backlog);
        _table.Read(backlog, candidates, _found);
        if (unit > 1)
        {
            _search.Improve(backlog, _found);
        }

        if (unit == 1 || _found.Score.IsBetterThan(batch.Score))
        {
            batch.CopyFrom(_found);
        }
    }

    private static bool AllFit(RankedBacklog backlog)
    {
        ReadOnlySpan<int> remaining = backlog.Remaining;
        long left = backlog.CapacityTokens;
        for (int i = 0; i < remaining.Length && left >= 0; i++)
        {
            left -= backlog.PeakTokens(remaining[i]);
        }

        return left >= 0;
    }

    // No batch has more members than the smallest requests that fit together; for the exact feasibility, than those with the shortest
    // prompts would if all had the shortest output.
    private int MostMembers(RankedBacklog backlog)
    {
        bool peak = backlog.Feasibility == BatchFeasibility.Peak;
        long each = peak ? 0 : backlog.OutputTokens(backlog.Remaining[0]);
        long left = backlog.CapacityTokens;
        int members = 0;
        foreach (int rank in _byMemory.Remaining(backlog))
        {
            left -= peak ? backlog.PeakTokens(rank) : backlog.PromptTokens(rank) + each;
            if (left < 0)
            {
                break;
            }

            members++;
        }

        return members;
    }

    private ReadOnlySpan<int> Candidates(RankedBacklog backlog, in BatchScore limit, int mostMembers)
    {
        ReadOnlySpan<int> remaining = backlog.Remaining;
        if (_candidates.Length < remaining.Length)
        {
            _candidates = new int[Math.Max(64, remaining.Length * 2)];
        }

        int count = 0;
        Int128 most = (Int128)limit.OutputTokens * ((2L * mostMembers) - 1);
        foreach (int rank in remaining)
        {
            if ((Int128)backlog.OutputTokens(rank) * limit.Count * limit.Count > most)
            {
                break;
            }

            if (!IsDominated(backlog, _candidates.AsSpan(0, count), rank, mostMembers))
            {
                _candidates[count++] = rank;
            }
        }

        return _candidates.AsSpan(0, count);
    }

    // Whoever was left out as dominated had enough before it that remain candidates, so counting among the candidates loses nothing.
    private static bool IsDominated(RankedBacklog backlog, ReadOnlySpan<int> before, int rank, int mostMembers)
    {
        int prompt = backlog.PromptTokens(rank);
        int dominating = 0;
        for (int i = 0; i < before.Length && dominating < mostMembers; i++)
        {
            dominating += backlog.PromptTokens(before[i]) <= prompt ? 1 : 0;
        }

        return dominating >= mostMembers;
    }

    private static long MostPromptTokens(RankedBacklog backlog, ReadOnlySpan<int> candidates)
    {
        long prompts = 0;
        foreach (int rank in candidates)
        {
            prompts += backlog.PromptTokens(rank);
        }

        return Math.Min(prompts, backlog.CapacityTokens);
    }

    private void BestPrefix(RankedBacklog backlog, CandidateBatch batch)
    {
        ReadOnlySpan<int> byOutput = _byOutput.Remaining(backlog);
        BatchScore sum = default;
        BatchScore best = default;
        foreach (int rank in byOutput)
        {
            sum = new(sum.Count + 1, sum.OutputTokens + backlog.OutputTokens(rank), sum.PromptTokens + backlog.PromptTokens(rank));
            best = sum.IsBetterThan(best) ? sum : best;
        }

        foreach (int rank in byOutput[..best.Count])
        {
            batch.Add(rank);
        }
    }
}
