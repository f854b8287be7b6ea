using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Planning.LoadLine;

/// <summary>
/// The moments of requests whose prompt and output lengths are drawn independently. Means and variances are those of the laws, which
/// know them exactly; only moments of the number of chunks are summed here: over the support where that is small, else by the
/// midpoint rule over quantiles.
/// </summary>
public static class LawMoments
{
    private const int MostSummed = 1 << 16;
    private const int Strata = 1 << 14;
    private const double Negligible = 1e-6;

    /// <summary>The moments of these laws.</summary>
    /// <param name="prompt">Law of prompt lengths in tokens.</param>
    /// <param name="output">Law of output lengths in tokens.</param>
    /// <param name="chunkTokens">c, above 0; infinity where a prompt is computed in one step.</param>
    public static RequestMoments Of(LengthDistribution prompt, LengthDistribution output, double chunkTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunkTokens);
        (double chunks, double promptChunks, double error) = Chunks(prompt, chunkTokens);
        return new RequestMoments
        {
            ChunkTokens = chunkTokens,
            Prompt = prompt.Mean,
            PromptSquared = prompt.Variance + (prompt.Mean * prompt.Mean),
            Output = output.Mean,
            OutputSquared = output.Variance + (output.Mean * output.Mean),
            Product = prompt.Mean * output.Mean,
            Chunks = chunks,
            PromptChunks = promptChunks,
            OutputChunks = output.Mean * chunks,
            LongestTokens = Longest(prompt) + Longest(output),
            ShortestTokens = (long)prompt.Minimum + output.Minimum,
            ChunkError = error,
        };
    }

    /// <summary>Whether nothing but a law's tail bounds its lengths.</summary>
    public static bool IsUnbounded(LengthDistribution law) => law.Maximum == LengthDistribution.MaxTokens;

    private static long Longest(LengthDistribution law) => IsUnbounded(law) ? law.Quantile(1 - Negligible) : law.Maximum;

    // E[⌈s/c⌉] and E[s⌈s/c⌉].
    private static (double Chunks, double PromptChunks, double Error) Chunks(LengthDistribution prompt, double chunkTokens)
    {
        if (prompt.Maximum <= chunkTokens)
        {
            return (1, prompt.Mean, 0);
        }

        long longest = IsUnbounded(prompt) ? prompt.Quantile(1 - 1e-13) : prompt.Maximum;
        return longest - prompt.Minimum < MostSummed ? Summed(prompt, chunkTokens, (int)longest) : Integrated(prompt, chunkTokens);
    }

    private static (double Chunks, double PromptChunks, double Error) Summed(LengthDistribution prompt, double chunkTokens, int longest)
    {
        double chunks = 0;
        double promptChunks = 0;
        double below = 0;
        for (int length = prompt.Minimum; length <= longest; length++)
        {
            double through = length == longest ? 1 : prompt.CumulativeProbability(length);
            double steps = (through - below) * Math.Ceiling(length / chunkTokens);
            chunks += steps;
            promptChunks += steps * length;
            below = through;
        }

        return (chunks, promptChunks, 0);
    }

    // Both integrands grow with s, so that each stratum is off by less than half its rise, and all together by less than half the whole.
    private static (double Chunks, double PromptChunks, double Error) Integrated(LengthDistribution prompt, double chunkTokens)
    {
        double chunks = 0;
        double promptChunks = 0;
        double last = 0;
        for (int stratum = 0; stratum < Strata; stratum++)
        {
            double length = prompt.Quantile((stratum + 0.5) / Strata);
            double steps = Math.Ceiling(length / chunkTokens);
            chunks += steps;
            promptChunks += steps * length;
            last = steps * length;
        }

        double longest = Longest(prompt);
        double rise = Math.Max(last, longest * Math.Ceiling(longest / chunkTokens));
        return (chunks / Strata, promptChunks / Strata, rise / (2 * promptChunks));
    }
}
