using Plimsoll.Performance.StepTime;

namespace Plimsoll.Planning.LoadLine;

/// <summary>
/// The mean time of a step that admits x requests. Little's law gives its mean batch: x·E[o − 1] rows that decode, their contexts, and
/// x·E[⌈(s − h)/c⌉] chunks of prompts. Chunks come in whole numbers, and a step without any is cheaper, so their number is taken to be
/// Poisson and the time is the mean over it; where the token budget is always used up, every step is the mean step.
/// <para>
/// For the line c0 + c1·n + c2·K this is the fixed point of scheduling theory, section 1.2, in closed form: at the limit of memory x does
/// not depend on the time of a step. The step that ends a prompt yields its first output token, as in engines.
/// </para>
/// </summary>
public static class SaturatedStep
{
    private const double NegligibleProbability = 1e-12;

    /// <summary>Seconds.</summary>
    /// <param name="stepTime">How long a step of a given shape takes.</param>
    /// <param name="moments">The requests.</param>
    /// <param name="requestsPerStep">x, above 0.</param>
    /// <param name="tokenBudget">Most tokens in a step; infinity for no limit.</param>
    public static double Seconds(
        IStepTimeModel stepTime, RequestMoments moments, double requestsPerStep, double tokenBudget = double.PositiveInfinity)
    {
        double chunks = requestsPerStep * moments.Chunks;
        if (requestsPerStep * moments.ComputedTokens >= 0.999 * tokenBudget)
        {
            return OfChunks(stepTime, moments, requestsPerStep, chunks, double.PositiveInfinity);
        }

        double room = tokenBudget - Decodes(moments, requestsPerStep);
        double probability = Math.Exp(-chunks);
        if (probability < 1e-300)
        {
            return OfChunks(stepTime, moments, requestsPerStep, chunks, room);
        }

        double seconds = 0;
        double covered = 0;
        for (int count = 0; covered < 1 - NegligibleProbability && count < chunks + 100 + (12 * Math.Sqrt(chunks)); count++)
        {
            double time = OfChunks(stepTime, moments, requestsPerStep, count, room);
            (seconds, covered) = time > 0 ? (seconds + (probability * time), covered + probability) : (seconds, covered);
            probability *= chunks / (count + 1);
        }

        return seconds / covered;
    }

    private static double Decodes(RequestMoments moments, double requestsPerStep) => requestsPerStep * Math.Max(0, moments.Output - 1);

    // A number of rows between two whole ones costs what lies between their times. A step without anything to do is no step.
    private static double OfChunks(IStepTimeModel stepTime, RequestMoments moments, double requestsPerStep, double chunks, double room)
    {
        double decodes = Math.Min(Decodes(moments, requestsPerStep), int.MaxValue / 2);
        double whole = Math.Floor(decodes);
        double part = decodes - whole;
        if (whole == 0 && chunks == 0)
        {
            return decodes > 0 ? OfRows(stepTime, moments, requestsPerStep, chunks, room, 1) : 0;
        }

        double low = OfRows(stepTime, moments, requestsPerStep, chunks, room, (int)whole);
        return part < 1e-9 ? low : low + (part * (OfRows(stepTime, moments, requestsPerStep, chunks, room, (int)whole + 1) - low));
    }

    private static double OfRows(IStepTimeModel stepTime, RequestMoments moments, double requestsPerStep, double chunks, double room, int rows)
    {
        double tokens = chunks * moments.ComputedPrompt / moments.Chunks;
        double kept = tokens > room ? Math.Max(0, room) / tokens : 1;
        double prompts = requestsPerStep * (moments.Product - moments.Prompt);
        double generated = requestsPerStep * (moments.OutputSquared - moments.Output) / 2;
        var shape = new BatchShape(
            (long)Math.Round(tokens * kept),
            (int)Math.Min(int.MaxValue, Math.Ceiling(chunks * kept)),
            (long)Math.Round(chunks * kept * moments.ComputedPromptSquared / moments.Chunks),
            rows,
            rows == 0 ? 0 : (long)Math.Round(prompts + generated),
            rows == 0 ? 0 : (long)Math.Round(prompts));
        return shape.IsEmpty ? 0 : stepTime.StepPicoseconds(shape) * 1e-12;
    }
}
