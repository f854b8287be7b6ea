using Plimsoll.Performance.StepTime;

namespace Plimsoll.Performance.Tests.StepTime;

/// <summary>What every step-time model owes to an engine that leaps.</summary>
internal static class LineContract
{
    /// <summary>The step time of a decode-only shape.</summary>
    public static long Decode(IStepTimeModel model, int sequences, long context) =>
        model.StepPicoseconds(new BatchShape(0, 0, 0, sequences, context));

    /// <summary>
    /// The line at a context equals the model there, a little later, in the middle and at the end of its piece; the piece does not end
    /// before it starts; the step takes at least a picosecond.
    /// </summary>
    public static bool Holds(IStepTimeModel model, int sequences, long context)
    {
        DecodeLine line = model.DecodeLineAt(sequences, context);
        if (line.ValidThroughContextTokens < context)
        {
            return false;
        }

        long last = Math.Min(line.ValidThroughContextTokens, context + 10_000_000);
        long span = last - context;
        foreach (long at in (long[])[context, context + Math.Min(1, span), context + (span / 3), context + (span / 2), last])
        {
            long step = Decode(model, sequences, at);
            if (step < 1 || step != line.BasePicoseconds + (line.PicosecondsPerContextToken * at))
            {
                return false;
            }
        }

        return true;
    }
}
