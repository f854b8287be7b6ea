using Plimsoll.Performance.StepTime;

namespace Plimsoll.Planning.LoadLine;

/// <summary>
/// The seconds of a saturated replica that one request takes, linear in what it asks for: α·g + β·o + γ·s. Rows and prompt tokens cost what
/// they add to the mean saturated step; the rest of its time goes to whoever uses up the resource that binds. A replica that is always
/// saturated serves one second of it per second if the time of a step is a line (ours; the fluid balance of scheduling theory, section 6.2,
/// request by request).
/// </summary>
/// <param name="PerTokenStep">α: seconds for each token·step of g.</param>
/// <param name="PerOutputToken">β.</param>
/// <param name="PerPromptToken">γ.</param>
/// <param name="ChunkTokens">c, for g.</param>
public sealed record RequestCost(double PerTokenStep, double PerOutputToken, double PerPromptToken, double ChunkTokens)
{
    /// <summary>What requests cost at a load line.</summary>
    public static RequestCost At(LoadLineEstimate line)
    {
        (RequestMoments moments, double x) = (line.Moments, line.RequestsPerStep);
        IStepTimeModel stepTime = line.Limits.StepTime;
        int rows = (int)Math.Clamp(x * moments.Output, 1, int.MaxValue / 2);
        int tokens = (int)Math.Clamp(moments.ComputedPrompt / moments.Chunks, 2, int.MaxValue / 4);
        long context = (long)Math.Max(rows, x * (moments.Product + (moments.OutputSquared / 2)));
        double step = Seconds(stepTime, new BatchShape(0, 0, 0, rows, context));
        double perRow = Math.Max(0, Seconds(stepTime, new BatchShape(0, 0, 0, 2 * rows, context)) - step) / rows;
        double pairs = moments.ComputedPromptSquared / moments.Chunks;
        double perPromptToken = Math.Max(0, Seconds(stepTime, new BatchShape(tokens, 1, (long)pairs, rows, context)) - step) / tokens;
        double rest = Math.Max(0, line.StepSeconds - (x * ((perRow * moments.Output) + (perPromptToken * moments.ComputedPrompt))));
        return line.Binding switch
        {
            BindingLimit.Memory => new(rest / (x * moments.TokenSteps), perRow, perPromptToken, moments.ChunkTokens),
            BindingLimit.Compute => new(
                0, perRow + (rest / line.Limits.TokenBudget), perPromptToken + (rest / line.Limits.TokenBudget), moments.ChunkTokens),
            _ => new(
                0,
                perRow + (rest / line.Limits.MaxSequences),
                perPromptToken + (rest / line.Limits.MaxSequences / moments.ChunkTokens),
                moments.ChunkTokens),
        };
    }

    /// <summary>Seconds that a request costs.</summary>
    public double Seconds(int promptTokens, int outputTokens) =>
        (PerTokenStep * RequestMemory.TokenSteps(promptTokens, outputTokens, ChunkTokens))
        + (PerOutputToken * outputTokens)
        + (PerPromptToken * promptTokens);

    /// <summary>Seconds that requests cost on average.</summary>
    public double MeanSeconds(RequestMoments moments) =>
        (PerTokenStep * moments.Unshared.TokenSteps) + (PerOutputToken * moments.Output) + (PerPromptToken * moments.Prompt);

    private static double Seconds(IStepTimeModel stepTime, in BatchShape shape) => stepTime.StepPicoseconds(shape) * 1e-12;
}
