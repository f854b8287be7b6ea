using Plimsoll.Metrics.Statistics;
using Plimsoll.Simulation.Disaggregation;

namespace Plimsoll.Cli.Commands.Plans;

/// <summary>The runs of one ratio; run k of every ratio meets the same requests, instance by instance.</summary>
/// <param name="Ratio">r.</param>
/// <param name="Runs">In order of their numbers.</param>
internal sealed record SimulatedRatio(int Ratio, IReadOnlyList<AfdOutcome> Runs)
{
    public MeanEstimate Throughput { get; } = MeanEstimate.Of(Throughputs(Runs));

    public MeanEstimate AttentionIdle { get; } = MeanEstimate.Of([.. Runs.Select(run => run.AttentionIdleFraction)]);

    public MeanEstimate FfnIdle { get; } = MeanEstimate.Of([.. Runs.Select(run => run.FfnIdleFraction)]);

    public MeanEstimate SlotLoad { get; } = MeanEstimate.Of([.. Runs.Select(run => run.MeanSlotLoad)]);

    /// <summary>Whether the runs leave open which of the two is faster: the interval of their paired differences holds zero.</summary>
    public bool MayTieWith(SimulatedRatio other) =>
        !MeanEstimate.OfPairedDifferences(Throughputs(Runs), Throughputs(other.Runs)).ExcludesZero;

    private static double[] Throughputs(IReadOnlyList<AfdOutcome> runs) => [.. runs.Select(run => run.ThroughputPerInstance)];
}
