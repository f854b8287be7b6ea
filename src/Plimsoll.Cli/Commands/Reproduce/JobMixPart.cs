using Plimsoll.Core;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>Jobs of one kind: lengths from two distributions, or pairs of lengths from a recorded list.</summary>
/// <param name="Jobs">How many.</param>
/// <param name="Prompt">Distribution of prompt lengths; null for recorded ones.</param>
/// <param name="Output">Distribution of output lengths; null for recorded ones.</param>
/// <param name="Recorded">Recorded lengths; null when they are drawn.</param>
internal sealed record JobMixPart(int Jobs, LengthDistribution? Prompt, LengthDistribution? Output, RecordedLengths? Recorded)
{
    /// <summary>Takes a part from its fields.</summary>
    public static JobMixPart Read(ScenarioFields fields, int kvTokens, ExperimentInputs inputs)
    {
        int jobs = fields.Whole("jobs", 1, 1_000_000);
        if (fields.Has("recorded"))
        {
            return new JobMixPart(jobs, null, null, RecordedLengths.Read(fields, "recorded", kvTokens, inputs));
        }

        (LengthDistribution prompt, LengthDistribution output) = (fields.Lengths("prompt_tokens"), fields.Lengths("output_tokens"));
        long most = (long)prompt.Maximum + output.Maximum;
        if (most > kvTokens)
        {
            fields.Report(
                "output_tokens", $"prompt and output together may be {most:#,0} tokens long, and {kvTokens:#,0} fit; cap the lengths");
        }

        return new JobMixPart(jobs, prompt, output, null);
    }

    /// <summary>Draws the lengths.</summary>
    /// <param name="lengths">Filled, one for each job.</param>
    /// <param name="random">Dice.</param>
    /// <param name="number">Number of the part, which has dice of its own.</param>
    public void Draw(Span<(int Prompt, int Output)> lengths, RandomTree random, int number)
    {
        RandomStream prompts = random.Stream($"prompt {number}");
        RandomStream outputs = random.Stream($"output {number}");
        for (int i = 0; i < lengths.Length; i++)
        {
            lengths[i] = Recorded is { } recorded
                ? recorded.Lengths[(int)prompts.NextBelow(recorded.Lengths.Count)]
                : (Prompt!.Sample(ref prompts), Output!.Sample(ref outputs));
        }
    }
}
