namespace Plimsoll.Workloads.Statistics;

/// <summary>
/// What a stream of requests looks like. Times in seconds, lengths in tokens; see <see cref="TraceStatisticsCollector"/>.
/// </summary>
public sealed record TraceStatistics
{
    /// <summary>Number of requests.</summary>
    public required long Requests { get; init; }

    /// <summary>Arrivals; null when all requests arrive together.</summary>
    public ArrivalSummary? Arrivals { get; init; }

    /// <summary>Prompt lengths; null when there are no requests.</summary>
    public LengthSummary? Prompt { get; init; }

    /// <summary>Output lengths; null when there are no requests.</summary>
    public LengthSummary? Output { get; init; }

    /// <summary>Histogram of prompt lengths; null when there are no requests.</summary>
    public LengthHistogram? PromptHistogram { get; init; }

    /// <summary>Histogram of output lengths; null when there are no requests.</summary>
    public LengthHistogram? OutputHistogram { get; init; }

    /// <summary>Pearson's correlation of prompt and output length; not a number when one of them is constant.</summary>
    public double Pearson { get; init; }

    /// <summary>Spearman's rank correlation of prompt and output length; not a number when one of them is constant.</summary>
    public double Spearman { get; init; }

    /// <summary>Reuse of blocks; null when no request has prefix hashes.</summary>
    public PrefixReuse? Reuse { get; init; }

    /// <summary>Distinct sessions.</summary>
    public long Sessions { get; init; }

    /// <summary>Median number of requests in a session; 0 without sessions.</summary>
    public double TurnsPerSessionP50 { get; init; }

    /// <summary>
    /// Everything that is known, in a fixed order, under the names used in JSON (<c>span_s</c>, <c>in_p90</c>, <c>corr_in_out</c>…).
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, double>> Named()
    {
        List<KeyValuePair<string, double>> values = [new("requests", Requests)];
        Arrivals?.AddTo(values);
        AddLengths(values, "in_", Prompt);
        AddLengths(values, "out_", Output);
        Add(values, "corr_in_out", Pearson, Requests > 0 && double.IsFinite(Pearson));
        Add(values, "spearman_in_out", Spearman, Requests > 0 && double.IsFinite(Spearman));
        Add(values, "block_reuse_any", Reuse?.AnyShare ?? 0, Reuse is not null);
        Add(values, "block_reuse_prefix", Reuse?.PrefixShare ?? 0, Reuse is not null);
        Add(values, "unique_blocks", Reuse?.UniqueBlocks ?? 0, Reuse is not null);
        Add(values, "requests_with_prefix_hit", Reuse?.HitShare ?? 0, Reuse is not null);
        Add(values, "sessions", Sessions, Sessions > 0);
        Add(values, "turns_per_session_p50", TurnsPerSessionP50, Sessions > 0);
        return values;
    }

    private static void AddLengths(List<KeyValuePair<string, double>> values, string prefix, LengthSummary? lengths)
    {
        if (lengths is not null)
        {
            values.Add(new(prefix + "mean", lengths.Mean));
            values.Add(new(prefix + "std", lengths.StandardDeviation));
            values.Add(new(prefix + "p50", lengths.P50));
            values.Add(new(prefix + "p90", lengths.P90));
            values.Add(new(prefix + "p99", lengths.P99));
            values.Add(new(prefix + "max", lengths.Maximum));
        }
    }

    private static void Add(List<KeyValuePair<string, double>> values, string name, double value, bool known)
    {
        if (known)
        {
            values.Add(new(name, value));
        }
    }
}
