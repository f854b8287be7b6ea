using Plimsoll.LoadGen.Runs;
using Plimsoll.Metrics;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.LoadGen.Reports;

/// <summary>What a benchmark means: an immutable value that every form of report is written from.</summary>
public sealed record BenchReport
{
    /// <summary>What was measured, in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>All runs together; of a search the last run at the rate that was found.</summary>
    public required LoadMeasure Measure { get; init; }

    /// <summary>Each run.</summary>
    public required IReadOnlyList<LoadMeasure> Runs { get; init; }

    /// <summary>The search for the highest rate; null when there was none.</summary>
    public RateSearch? Search { get; init; }

    /// <summary>What a good request keeps.</summary>
    public ServiceObjectives Objectives { get; init; } = ServiceObjectives.None;

    /// <summary>Root of all randomness.</summary>
    public ulong Seed { get; init; }

    /// <summary>Settings.</summary>
    public IReadOnlyList<ReportEntry> Configuration { get; init; } = [];

    /// <summary>What a reader must know.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Whether it was cut short.</summary>
    public bool Partial { get; init; }

    /// <summary>Whether the numbers are the server's, in every run.</summary>
    public bool IsValid => Measure.IsValid && Runs.All(run => run.IsValid);

    /// <summary>Why the numbers are not the server's; empty when they are.</summary>
    public IReadOnlyList<string> WhyNot => IsValid ? []
        : Measure.Requests.Completed == 0 ? ["not a measurement of the server: no request completed"]
        : [ClientVerdict.Refusal, .. Runs.Append(Measure).SelectMany(run => run.Verdict.Reasons).Distinct(StringComparer.Ordinal)];
}
