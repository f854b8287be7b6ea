namespace Plimsoll.Policies.Balancing;

/// <summary>
/// The loads of the workers in the steps 0 .. H to come, and the greatest of each step, kept up to date while requests are placed.
/// </summary>
/// <remarks>
/// As in BF-IO, P[t][g] = load of g − Σ held tokens of its requests that are believed to end within t steps; growth is left out, and what is
/// placed stays to the end. Source: scheduling theory, section 3.3.
/// </remarks>
/// <param name="horizonSteps">H, from 0.</param>
internal sealed class LoadProjection(int horizonSteps)
{
    private readonly long[] _greatest = new long[horizonSteps + 1];
    private long[] _loads = [];

    /// <summary>Steps looked at: H + 1.</summary>
    public int Steps => horizonSteps + 1;

    /// <summary>The greatest load of each step.</summary>
    public ReadOnlySpan<long> Greatest => _greatest;

    /// <summary>The loads of a worker, step after step.</summary>
    public ReadOnlySpan<long> Of(int worker) => _loads.AsSpan(worker * Steps, Steps);

    /// <summary>Starts from a group; a request ends when its belief says so.</summary>
    public void Load(in GroupView group) => Load(group, default(GivenSteps));

    /// <summary>Starts from a group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="belief">Says when a request ends.</param>
    public void Load<TBelief>(in GroupView group, TBelief belief)
        where TBelief : IRemainingSteps
    {
        if (_loads.Length < group.Workers.Length * Steps)
        {
            _loads = new long[group.Workers.Length * Steps];
        }

        _greatest.AsSpan().Fill(long.MinValue);
        int next = 0;
        for (int worker = 0; worker < group.Workers.Length; worker++)
        {
            Span<long> row = _loads.AsSpan(worker * Steps, Steps);
            row.Clear();
            foreach (ref readonly PlacedRequest request in group.Placed.Slice(next, group.Workers[worker].Requests))
            {
                int steps = belief.Of(request);
                if (steps <= horizonSteps)
                {
                    row[steps] += request.HeldTokens;
                }
            }

            next += group.Workers[worker].Requests;
            long load = group.Workers[worker].LoadTokens;
            for (int t = 0; t < row.Length; t++)
            {
                load -= row[t];
                row[t] = load;
                _greatest[t] = Math.Max(_greatest[t], load);
            }
        }
    }

    /// <summary>Puts that many tokens on a worker, to stay.</summary>
    public void Add(int worker, long tokens)
    {
        Span<long> row = _loads.AsSpan(worker * Steps, Steps);
        for (int t = 0; t < row.Length; t++)
        {
            row[t] += tokens;
            _greatest[t] = Math.Max(_greatest[t], row[t]);
        }
    }
}
