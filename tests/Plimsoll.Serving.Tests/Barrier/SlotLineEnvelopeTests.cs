using Plimsoll.Core;
using Plimsoll.Serving.Barrier;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Barrier;

/// <summary>The greatest of several lines, summed in closed form.</summary>
public sealed class SlotLineEnvelopeTests
{
    [Fact]
    public void Every_sum_is_the_sum_step_by_step()
    {
        var envelope = new SlotLineEnvelope();
        for (ulong seed = 0; seed < TwinCases.Count(usual: 500); seed++)
        {
            RandomStream dice = Dice.Seeded(seed);
            long[] values = new long[1 + dice.NextBelow(8)];
            long[] slopes = new long[values.Length];
            long[] units = [1, 3, 40, 100_000];
            long unit = units[dice.NextBelow(units.Length)];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = dice.NextBelow(60) * unit;
                slopes[i] = dice.NextBelow(7) * (1 + dice.NextBelow(unit));
            }

            long steps = 1 + dice.NextBelow(120);
            envelope.Build(values, slopes, steps);
            long sum = 0;
            for (long step = 0; step < steps; step++)
            {
                sum += values.Zip(slopes, (value, slope) => value + (slope * step)).Max();
                Assert.True(sum == envelope.Sum(step + 1), $"seed {seed}, step {step}");
            }
        }
    }
}
