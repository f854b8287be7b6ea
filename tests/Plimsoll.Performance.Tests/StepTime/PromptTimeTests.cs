using Plimsoll.Performance.StepTime;

namespace Plimsoll.Performance.Tests.StepTime;

public sealed class PromptTimeTests
{
    // 5 ms a step, 20 µs a prompt token, 10 µs a row, 1 µs a context token.
    private static readonly AffineStepTime Step = new(0.005, 2e-5, 1e-5, 1e-6);

    [Fact]
    public void A_step_of_prompts_alone_is_all_theirs() => Assert.Equal(15_000_000_000, Of(new BatchShape(500, 1, 250_000, 0, 0)));

    [Fact]
    public void A_step_that_only_decodes_has_none() => Assert.Equal(0, Of(new BatchShape(0, 0, 0, 7, 300)));

    [Fact]
    public void In_a_mixed_step_prompts_take_what_it_takes_beyond_its_decodes() =>
        Assert.Equal(10_000_000_000, Of(new BatchShape(500, 1, 250_000, 7, 300)));

    [Fact]
    public void Prompts_never_take_less_than_nothing() =>
        Assert.Equal(0, PromptTime.PicosecondsOf(Step, new BatchShape(500, 1, 250_000, 7, 300), stepPicoseconds: 1));

    private static long Of(BatchShape shape) => PromptTime.PicosecondsOf(Step, shape, Step.StepPicoseconds(shape));
}
