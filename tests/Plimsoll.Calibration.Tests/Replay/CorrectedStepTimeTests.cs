using Plimsoll.Calibration.Replay;
using Plimsoll.Performance.StepTime;
using Plimsoll.Testing;

namespace Plimsoll.Calibration.Tests.Replay;

public class CorrectedStepTimeTests
{
    private static readonly IStepTimeModel Kinked = new KinkedStepTime();

    [Theory]
    [InlineData(1, 7)]
    [InlineData(3, 1_000)]
    [InlineData(40, 123_457)]
    public void Decode_steps_lie_on_its_line(int sequences, long context)
    {
        var model = new CorrectedStepTime(Kinked, 0.937, new AffineTerms(1e-3, 2e-6, 3e-6, 0, 4e-9));

        DecodeLine line = model.DecodeLineAt(sequences, context);

        for (long c = context; c <= Math.Min(context + 50, line.ValidThroughContextTokens); c++)
        {
            long step = model.StepPicoseconds(new BatchShape(0, 0, 0, sequences, c));
            Assert.Equal(line.BasePicoseconds + (line.PicosecondsPerContextToken * c), step);
        }
    }

    [Fact]
    public void A_step_with_prompts_is_the_other_model_s_by_the_factor_and_what_comes_on_top()
    {
        var model = new CorrectedStepTime(new ConstantStepTime(0.010), 1.5, new AffineTerms(1e-3, 2e-6, 3e-6, 0, 4e-9));

        long step = model.StepPicoseconds(new BatchShape(100, 1, 10_000, 10, 5_000));

        // 15 ms + 1 ms + 100 · 2 us + 10 · 3 us + 5,000 · 4 ns
        Assert.Equal(16_250_000_000, step);
    }
}
