using Plimsoll.Metrics.Statistics;

namespace Plimsoll.Metrics.Reports.Reproductions;

/// <summary>One number of an experiment beside the one that was printed.</summary>
/// <param name="Policy">What was run.</param>
/// <param name="Setting">Under what.</param>
/// <param name="Measure">What was measured, with its unit.</param>
/// <param name="Value">Its mean over the seeds; no replications where nothing came of it.</param>
public sealed record ReproducedRow(string Policy, string Setting, string Measure, MeanEstimate Value)
{
    /// <summary>What stands where nothing was printed.</summary>
    public const string NothingPrinted = "-";

    /// <summary>Its ratio to something else, if there is one.</summary>
    public PairedRatio? Ratio { get; init; }

    /// <summary>What the paper printed for it; a dash for nothing.</summary>
    public string Printed { get; init; } = NothingPrinted;

    /// <summary>Why ours and the printed number differ, or what to know about either; may be empty.</summary>
    public string Remark { get; init; } = "";

    /// <summary>Set where the row must not be taken for an ordinary one: a livelock, a tie that is none. Else empty.</summary>
    public string Mark { get; init; } = "";

    /// <summary>A measure of a policy with its ratio to the same measure of a baseline, seed by seed.</summary>
    public static ReproducedRow Against(
        string baselineName, ReadOnlySpan<double> baseline, string policy, string setting, string measure, ReadOnlySpan<double> values) =>
        new(policy, setting, measure, MeanEstimate.Of(values)) { Ratio = PairedRatio.Of(baselineName, values, baseline) };
}
