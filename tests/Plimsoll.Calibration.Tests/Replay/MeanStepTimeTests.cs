using Plimsoll.Calibration.Replay;
using Plimsoll.Performance.StepTime;

namespace Plimsoll.Calibration.Tests.Replay;

public class MeanStepTimeTests
{
    private static readonly MeanStepTime Mean = new(
        new AffineStepTime(10e-3, 40e-6, 30e-6, 50e-9, 15e-9), new AffineStepTime(20e-3, 10e-6, 10e-6, 70e-9, 0), 0.3);

    [Fact]
    public void Lies_between_both_by_its_share() =>
        Assert.Equal(((0.3 * 14) + (0.7 * 21)) * 1e9, Mean.StepPicoseconds(new BatchShape(100, 1, 10_000, 0, 0)), 0);

    [Theory]
    [InlineData(1, 7)]
    [InlineData(17, 12_345)]
    [InlineData(128, 400_001)]
    public void Decode_steps_lie_on_their_line(int sequences, long context)
    {
        DecodeLine line = Mean.DecodeLineAt(sequences, context);

        Assert.Equal(
            Mean.StepPicoseconds(new BatchShape(0, 0, 0, sequences, context)), line.BasePicoseconds + (line.PicosecondsPerContextToken * context));
    }
}
