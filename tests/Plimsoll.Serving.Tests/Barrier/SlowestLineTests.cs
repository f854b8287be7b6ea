using Plimsoll.Core;
using Plimsoll.Serving.Barrier;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Barrier;

/// <summary>The greatest of several lines, as long as it is the greatest.</summary>
public sealed class SlowestLineTests
{
    [Fact]
    public void It_is_the_greatest_at_every_step_until_another_is_above_it()
    {
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
            var slowest = SlowestLine.Of(values, slopes, steps);
            Assert.InRange(slowest.Steps, 1, steps);
            for (long step = 0; step <= Math.Min(slowest.Steps, steps - 1); step++)
            {
                long greatest = values.Zip(slopes, (value, slope) => value + (slope * step)).Max();
                bool isGreatest = greatest == slowest.First + (slowest.Growth * step);
                Assert.True(isGreatest == step < slowest.Steps, $"seed {seed}, step {step}");
            }
        }
    }
}
