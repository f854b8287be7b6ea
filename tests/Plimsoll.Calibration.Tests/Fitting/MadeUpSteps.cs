using Plimsoll.Calibration.Fitting;
using Plimsoll.Core;

namespace Plimsoll.Calibration.Tests.Fitting;

/// <summary>Steps of an engine whose prices are known, with noise and with rows gone wrong.</summary>
internal static class MadeUpSteps
{
    public const double Constant = 0.011;
    public const double PerPrefillToken = 40e-6;
    public const double PerSequence = 20e-6;
    public const double PerContextToken = 0.08e-6;
    public const double WhenMixed = 0.03e-6;
    public const double PerHalfPair = 0.7e-9;

    private static readonly int[] Batches = [1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256];
    private static readonly int[] Contexts = [64, 256, 1_024, 2_048, 4_096];
    private static readonly int[] Chunks = [16, 64, 128, 256, 512, 1_024, 1_536, 2_048, 3_072, 4_096];
    private static readonly int[] Histories = [0, 0, 512, 2_048, 8_192];

    public static double Affine(StepObservation step) => Constant + (PerPrefillToken * step.PrefillTokens) + (PerSequence * step.DecodeSequences)
        + (PerContextToken * step.ContextTokens) + (WhenMixed * step.MixedContextTokens);

    public static double Chunked(StepObservation step) => Affine(step) + (PerHalfPair * step.HalfPairs);

    public static double Ridge(StepObservation step)
    {
        double tokens = step.PrefillTokens + step.DecodeSequences;
        return Constant + (38e-6 * Math.Max(0, tokens - 256)) + (PerContextToken * step.ContextTokens);
    }

    /// <summary>
    /// Decodes, chunks and mixtures of both, timed by a law, times 1 ± noise; every so many rows is off by a factor of 5.
    /// </summary>
    public static List<StepObservation> Timed(Func<StepObservation, double> law, ulong seed, double noise, int outlierEvery = 0)
    {
        RandomStream random = new(seed);
        List<StepObservation> steps = [];
        foreach (StepObservation shape in Shapes())
        {
            double scatter = 1 + (noise * ((2 * random.NextOpenUnit()) - 1));
            double wrong = 1;
            if (outlierEvery > 0 && random.NextBelow(outlierEvery) == 0)
            {
                wrong = random.NextBelow(2) == 0 ? 5 : 0.2;
            }

            steps.Add(shape with { Seconds = law(shape) * scatter * wrong });
        }

        return steps;
    }

    private static IEnumerable<StepObservation> Shapes()
    {
        foreach (int batch in Batches)
        {
            foreach (int context in Contexts)
            {
                yield return StepObservation.OfStep(0, 0, 0, batch, (double)batch * context, 1);
            }
        }

        foreach (int chunk in Chunks)
        {
            foreach (int history in Histories)
            {
                yield return StepObservation.OfStep(chunk, 1, history, 0, 0, 1);
            }

            foreach (int batch in (int[])[8, 32, 128])
            {
                yield return StepObservation.OfStep(chunk, 1, 0, batch, batch * 1_024.0, 1);
                yield return StepObservation.OfStep(chunk, 1, 0, batch, batch * 4_096.0, 1);
            }
        }
    }
}
