using Plimsoll.Metrics.Statistics;

namespace Plimsoll.Metrics.Reports;

/// <summary>
/// Several contenders side by side. Each number is a mean over replications with its 95 % interval; each is also compared with the first
/// contender's, pair by pair on the same traffic, which shows much smaller differences than the two intervals would.
/// </summary>
public sealed record ComparisonReport
{
    private readonly IReadOnlyList<ComparedRun> _runs = [];

    /// <summary>What is compared.</summary>
    public string Title { get; init; } = "Comparison";

    /// <summary>The contenders; the first is what the others are compared with.</summary>
    /// <exception cref="ArgumentException">There is none, or they have different numbers of replications, or none.</exception>
    public required IReadOnlyList<ComparedRun> Runs
    {
        get => _runs;
        init
        {
            int replications = value.Count == 0 ? 0 : value[0].Replications.Count;
            if (replications == 0 || value.Any(run => run.Replications.Count != replications))
            {
                throw new ArgumentException("Contenders need the same number of replications, at least one.", nameof(value));
            }

            _runs = value;
        }
    }

    /// <summary>What the others are compared with.</summary>
    public ComparedRun Baseline => _runs[0];

    /// <summary>Replications of each.</summary>
    public int Replications => _runs[0].Replications.Count;

    /// <summary>Root seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether it was cut short.</summary>
    public bool Partial { get; init; }

    /// <summary>Every setting the contenders share, in the order to show them; names are unique.</summary>
    public IReadOnlyList<ReportEntry> Configuration { get; init; } = [];

    /// <summary>What a reader must know.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What it cost to run.</summary>
    public WallSummary? Wall { get; init; }

    /// <summary>The metrics that at least one contender has.</summary>
    public IEnumerable<ComparedMetric> Metrics =>
        ComparedMetric.All.Where(metric => _runs.Any(run => double.IsFinite(Estimate(run, metric).Mean)));

    /// <summary>A contender's mean over its replications.</summary>
    public static MeanEstimate Estimate(ComparedRun run, ComparedMetric metric) => MeanEstimate.Of(Values(run, metric));

    /// <summary>A contender's mean difference from the first, over pairs that faced the same traffic.</summary>
    public MeanEstimate Difference(ComparedRun run, ComparedMetric metric) =>
        MeanEstimate.OfPairedDifferences(Values(run, metric), Values(Baseline, metric));

    internal static double[] Values(ComparedRun run, ComparedMetric metric) => [.. run.Replications.Select(metric.Value)];
}
