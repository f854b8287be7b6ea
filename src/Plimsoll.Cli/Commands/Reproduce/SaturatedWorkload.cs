using Plimsoll.Planning.LoadLine;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>A workload that was measured on saturated GPUs.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Replicas">GPUs, one replica on each.</param>
/// <param name="Prompt">Law of prompt lengths.</param>
/// <param name="Output">Law of output lengths.</param>
/// <param name="StepSeconds">The median step that was measured.</param>
/// <param name="PrintedMeasured">Completions per second that were measured.</param>
/// <param name="PrintedTheory">The load line that was printed.</param>
internal sealed record SaturatedWorkload(
    string Name,
    int Replicas,
    LengthDistribution Prompt,
    LengthDistribution Output,
    double StepSeconds,
    double PrintedMeasured,
    double PrintedTheory)
{
    /// <summary>Takes a workload from its fields.</summary>
    public static SaturatedWorkload Read(ScenarioFields fields) => new(
        fields.Text("name"),
        fields.Has("replicas") ? fields.Whole("replicas", 1, 10_000) : 1,
        fields.Lengths("prompt_tokens"),
        fields.Lengths("output_tokens"),
        fields.Number("step_seconds", 1e-9, 1_000),
        fields.Number("printed_measured", 1e-9, 1e9),
        fields.Number("printed_theory", 1e-9, 1e9));

    /// <summary>Its moments.</summary>
    public RequestMoments Moments(int chunkTokens) => LawMoments.Of(Prompt, Output, chunkTokens);
}
