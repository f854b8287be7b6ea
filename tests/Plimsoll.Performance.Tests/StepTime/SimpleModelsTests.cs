using FsCheck;
using FsCheck.Fluent;
using Plimsoll.Performance.StepTime;

namespace Plimsoll.Performance.Tests.StepTime;

public sealed class SimpleModelsTests
{
    [Fact]
    public void A_constant_step_is_constant()
    {
        var model = new ConstantStepTime(0.0372);
        Assert.Equal(37_200_000_000, model.StepPicoseconds(new BatchShape(512, 1, 512 * 512, 7, 900)));
        Assert.Equal(new DecodeLine(37_200_000_000, 0, long.MaxValue), model.DecodeLineAt(3, 100));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConstantStepTime(0));
    }

    [Fact]
    public void An_affine_step_is_the_sum_of_its_terms()
    {
        var model = new AffineStepTime(13.98e-3, 36.8e-6, 19.7e-6, 0.0812e-6, 0.0312e-6);
        Assert.Equal(13_980_000_000 + (10 * 19_700_000L) + (5_000 * 81_200L), LineContract.Decode(model, 10, 5_000));
        Assert.Equal(
            13_980_000_000 + (300 * 36_800_000L) + (10 * 19_700_000L) + (5_000 * 112_400L),
            model.StepPicoseconds(new BatchShape(300, 1, 90_000, 10, 5_000)));
    }

    [Theory]
    [InlineData(1, 0, 0.5)]
    [InlineData(32, 0, 0.5)]
    [InlineData(33, 0, 3.2)]
    [InlineData(64, 0, 3.2)]
    [InlineData(65, 0, 0.9)]
    [InlineData(65, 1, 1.6)]
    [InlineData(0, 1, 1.6)]
    public void Size_classes_add_their_constant(int decodes, int prefills, double milliseconds)
    {
        var classes = new SizeClassConstants(0.5e-3, 3.2e-3, 0.9e-3, 1.6e-3);
        var with = new AffineStepTime(10e-3, 1e-6, 1e-6, classes: classes);
        var without = new AffineStepTime(10e-3, 1e-6, 1e-6);
        var shape = new BatchShape(prefills * 10, prefills, prefills * 100, decodes, decodes * 100);
        Assert.Equal(milliseconds * 1e9, with.StepPicoseconds(shape) - without.StepPicoseconds(shape));
    }

    [Fact]
    public void Affine_steps_lie_on_their_lines() => Prop.ForAll(
        Gen.Choose(0, 20_000).Four().ToArbitrary(),
        Gen.Choose(1, 600).ToArbitrary(),
        Gen.Choose(0, 3_000_000).ToArbitrary(),
        (terms, sequences, extra) =>
        {
            (int c0, int perToken, int perSequence, int perContext) = terms;
            var model = new AffineStepTime(
                c0 * 1e-6,
                perToken * 1e-9,
                perSequence * 1e-8,
                (perContext + 1) * 1e-12,
                perToken * 1e-11,
                new SizeClassConstants(1e-4, 3e-4, 2e-4, 0));
            return LineContract.Holds(model, sequences, sequences + extra);
        }).QuickCheckThrowOnFailure();
}
