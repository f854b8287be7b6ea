using Plimsoll.LoadGen.Runs;
using Plimsoll.LoadGen.Servers;
using Plimsoll.LoadGen.Timing;
using Plimsoll.Metrics;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.LoadGen.Reports;

/// <summary>What one run, or several of the same traffic together, measured. All latencies count from the intended start.</summary>
public sealed record LoadMeasure
{
    private const int MostReasons = 8;
    private const int MostWindows = 40;
    private const int LeastInWindow = 25;

    /// <summary>Every request by how it ended.</summary>
    public required RequestCounts Requests { get; init; }

    /// <summary>Intended start to first content, of completed requests.</summary>
    public required LatencySummary Ttft { get; init; }

    /// <summary>Gaps between pieces with content.</summary>
    public required LatencySummary Itl { get; init; }

    /// <summary>(E2E − TTFT) / (output tokens − 1).</summary>
    public required LatencySummary Tpot { get; init; }

    /// <summary>E2E / output tokens.</summary>
    public required LatencySummary Ntpot { get; init; }

    /// <summary>Intended start to last content.</summary>
    public required LatencySummary E2e { get; init; }

    /// <summary>Intended start to the moment at which the generator got to the request.</summary>
    public required LatencySummary ScheduleLag { get; init; }

    /// <summary>From there until the request was with the operating system, connecting included where it had to.</summary>
    public required LatencySummary Sending { get; init; }

    /// <summary>How late the threads that read answers were.</summary>
    public required LatencySummary LoopLag { get; init; }

    /// <summary>What the generator used; of several runs the mean.</summary>
    public required ClientLoad Client { get; init; }

    /// <summary>Whether the generator was the bottleneck.</summary>
    public required ClientVerdict Verdict { get; init; }

    /// <summary>Rates; goodput's fraction is of all requests that were submitted.</summary>
    public required ThroughputSummary Throughput { get; init; }

    /// <summary>Length of the run, of several all together.</summary>
    public required double Seconds { get; init; }

    /// <summary>Intended starts per second over the time in which requests were started; not a number below two requests.</summary>
    public required double OfferedPerSecond { get; init; }

    /// <summary>Why requests failed or were rejected, the most frequent first.</summary>
    public required IReadOnlyList<ReasonCount> Reasons { get; init; }

    /// <summary>The run piece by piece; of several runs the first.</summary>
    public required IReadOnlyList<LoadWindow> Windows { get; init; }

    /// <summary>Mean difference between prompt tokens counted and asked, in tokens; not a number when the server counted none.</summary>
    public required double PromptErrorTokens { get; init; }

    /// <summary>Greatest such difference.</summary>
    public required long GreatestPromptErrorTokens { get; init; }

    /// <summary>Completed requests with another output length than was asked.</summary>
    public required long OtherOutputLengths { get; init; }

    /// <summary>Share of prompt tokens that the server found in its cache, where it says.</summary>
    public required double CachedFraction { get; init; }

    /// <summary>Connections that were opened.</summary>
    public required long ConnectionsOpened { get; init; }

    /// <summary>Requests sent again because the server had closed an idle connection.</summary>
    public required long Resent { get; init; }

    /// <summary>Whether it was cut short.</summary>
    public required bool Interrupted { get; init; }

    /// <summary>What the server's metrics show; null when it shows none.</summary>
    public ServerView? Server { get; init; }

    /// <summary>Whether the numbers are the server's: something completed and the generator was not the bottleneck.</summary>
    public bool IsValid => !Verdict.IsBottleneck && Requests.Completed > 0;

    /// <summary>Measures.</summary>
    /// <param name="results">Runs of the same traffic, at least one.</param>
    /// <param name="objectives">What a good request keeps.</param>
    /// <param name="lagShare">Lateness that the generator is allowed, as a share of the median TTFT.</param>
    public static LoadMeasure Of(IReadOnlyList<LoadResult> results, ServiceObjectives objectives, double lagShare)
    {
        ArgumentNullException.ThrowIfNull(results);
        var all = new LoadSketches(objectives);
        var gaps = new LatencySketch();
        var loop = new LatencySketch();
        foreach (LoadResult result in results)
        {
            gaps.Merge(result.Gaps);
            loop.Merge(result.LoopLag);
            foreach (RequestRecord record in result.Records)
            {
                all.Add(record);
            }
        }

        ClientLoad client = MeanOf(results);
        (LatencySummary ttft, LatencySummary lag, LatencySummary loopLag) = (LatencySummary.Of(all.Ttft), LatencySummary.Of(all.Lag),
            LatencySummary.Of(loop));
        double seconds = results.Sum(result => result.Seconds);
        return new LoadMeasure
        {
            Requests = new RequestCounts(
                all.Submitted, all.Outcomes[(int)LoadOutcome.Completed], all.Outcomes[(int)LoadOutcome.Rejected],
                all.Outcomes[(int)LoadOutcome.Failed], all.Outcomes[(int)LoadOutcome.Cancelled], all.Outcomes[(int)LoadOutcome.InFlight]),
            Ttft = ttft,
            Itl = LatencySummary.Of(gaps),
            Tpot = LatencySummary.Of(all.Tpot),
            Ntpot = LatencySummary.Of(all.Ntpot),
            E2e = LatencySummary.Of(all.E2e),
            ScheduleLag = lag,
            Sending = LatencySummary.Of(all.Sending),
            LoopLag = loopLag,
            Client = client,
            Verdict = ClientVerdict.Of(lag, loopLag, ttft, client, lagShare),
            Throughput = RatesOf(all, seconds),
            Seconds = seconds,
            OfferedPerSecond = OfferedOf(results),
            Reasons = [.. all.Reasons.OrderByDescending(reason => reason.Value).ThenBy(reason => reason.Key, StringComparer.Ordinal)
                .Take(MostReasons).Select(reason => new ReasonCount(reason.Key, reason.Value))],
            Windows = WindowsOf(results[0], objectives),
            PromptErrorTokens = (double)all.PromptErrors.AbsoluteError / all.PromptErrors.Counted,
            GreatestPromptErrorTokens = all.PromptErrors.Greatest,
            OtherOutputLengths = all.OtherOutputLengths,
            CachedFraction = all.PromptTokens > 0 ? (double)all.CachedTokens / all.PromptTokens : double.NaN,
            ConnectionsOpened = results.Sum(result => result.ConnectionsOpened),
            Resent = results.Sum(result => result.Resent),
            Interrupted = results.Any(result => result.Interrupted),
        };
    }

    private static ThroughputSummary RatesOf(LoadSketches all, double seconds)
    {
        double PerSecond(double count) => seconds > 0 ? count / seconds : 0;
        return new ThroughputSummary(
            PerSecond(all.Outcomes[(int)LoadOutcome.Completed]),
            PerSecond(all.OutputTokens),
            PerSecond(all.PromptTokens),
            PerSecond(all.Good),
            (double)all.Good / all.Submitted);
    }

    private static ClientLoad MeanOf(IReadOnlyList<LoadResult> results) => new(
        results.Average(result => result.Client.CpuUtilization),
        results.Average(result => result.Client.MachineUtilization),
        results.Sum(result => result.Client.GarbageCollectionSeconds),
        results[0].Client.Cores);

    // n arrivals have n − 1 gaps.
    private static double OfferedOf(IReadOnlyList<LoadResult> results)
    {
        double gaps = 0;
        double seconds = 0;
        foreach (LoadResult result in results.Where(result => result.Records.Count > 1))
        {
            gaps += result.Records.Count - 1;
            seconds += (result.Records.Max(record => record.Intended) - result.Records.Min(record => record.Intended)) / 1e9;
        }

        return seconds > 0 ? gaps / seconds : double.NaN;
    }

    private static List<LoadWindow> WindowsOf(LoadResult result, ServiceObjectives objectives)
    {
        if (result.Records.Count < 2)
        {
            return [];
        }

        long end = result.Records.Max(record => record.Intended) + 1;
        int count = (int)Math.Clamp(result.Records.Count / LeastInWindow, 1, MostWindows);
        double seconds = end / 1e9 / count;
        List<LoadWindow> windows = [];
        ILookup<int, RequestRecord> parts = result.Records.ToLookup(record => (int)(record.Intended * (Int128)count / end));
        for (int i = 0; i < count; i++)
        {
            var sketches = new LoadSketches(objectives);
            foreach (RequestRecord record in parts[i])
            {
                sketches.Add(record);
            }

            windows.Add(new LoadWindow(
                i * seconds, (i + 1) * seconds, sketches.Submitted / seconds, sketches.Ttft.Count, sketches.Good / seconds,
                sketches.Ttft.Quantile(0.5), sketches.Ttft.Quantile(0.99), sketches.E2e.Quantile(0.5), sketches.Lag.Quantile(0.99)));
        }

        return windows;
    }
}
