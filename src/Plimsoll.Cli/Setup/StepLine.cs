using Plimsoll.Performance.StepTime;
using Plimsoll.Policies.Batching;

namespace Plimsoll.Cli.Setup;

/// <summary>A step-time model as a straight line, for policies that plan with one.</summary>
internal static class StepLine
{
    // Where the cost of a row and of a prompt token is read off: batches and prompts of ordinary size.
    private const int Rows = 64;
    private const int PromptTokens = 512;

    /// <summary>
    /// Base and slope of the model's decode line for one sequence at an empty context; what a row and a prompt token add on average.
    /// </summary>
    public static LinearStepTime Of(IStepTimeModel stepTime)
    {
        DecodeLine one = stepTime.DecodeLineAt(1, 0);
        DecodeLine many = stepTime.DecodeLineAt(Rows, 0);
        long prompt = stepTime.StepPicoseconds(new BatchShape(PromptTokens, 1, (long)PromptTokens * PromptTokens, 0, 0));
        return new(
            Seconds(one.BasePicoseconds),
            Seconds(one.PicosecondsPerContextToken),
            Seconds(many.BasePicoseconds - one.BasePicoseconds) / (Rows - 1),
            Seconds(prompt - one.BasePicoseconds) / PromptTokens);
    }

    private static double Seconds(long picoseconds) => Math.Max(0, picoseconds) / (1e3 * Picoseconds.PerNanosecond * 1e6);
}
