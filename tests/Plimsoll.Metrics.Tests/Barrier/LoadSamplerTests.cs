using Plimsoll.Core;
using Plimsoll.Metrics.Barrier;

namespace Plimsoll.Metrics.Tests.Barrier;

public sealed class LoadSamplerTests
{
    [Theory]
    [InlineData(3, 3)]
    [InlineData(8, 8)]
    [InlineData(9, 5)]
    [InlineData(1_000, 8)]
    public void Samples_are_few_and_cover_every_step(int steps, int samples)
    {
        LoadSampler sampler = new(capacity: 8);
        for (int step = 1; step <= steps; step++)
        {
            sampler.Step(new Instant(step), [step, 3 * step]);
        }

        Assert.Equal(samples, sampler.Samples.Count);
        Assert.Equal((new Instant(1), 1), (sampler.Samples[0].At, sampler.Samples[0].LeastTokens));
        Assert.Equal(3 * steps, sampler.Samples[^1].GreatestTokens);
        Assert.All(sampler.Samples.Zip(sampler.Samples.Skip(1)), pair => Assert.True(pair.First.MeanTokens < pair.Second.MeanTokens));
        int perSample = (steps + 7) / 8;
        int first = 1;
        while (first < perSample)
        {
            first *= 2;
        }

        Assert.Equal(2 * (1 + first) / 2.0, sampler.Samples[0].MeanTokens);
    }
}
