using Plimsoll.Core;
using Plimsoll.Serving.Barrier;

namespace Plimsoll.Serving.Tests.Barrier;

/// <summary>Boundaries between steps come back as the instants at which they were.</summary>
public class LockstepClockTests
{
    [Fact]
    public void Every_boundary_is_where_ticking_puts_it_whatever_was_forgotten_before_it()
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("clock");
            var clock = new LockstepClock();
            var instants = new List<long> { 0 };
            Int128 now = 0;
            long kept = 0;
            bool rested = false;
            for (int i = 0; i < 60; i++)
            {
                if (!rested && dice.NextBelow(5) == 0)
                {
                    rested = true;
                    long rest = (long)(now / 1000) + dice.NextBelow(5000);
                    clock.Rest(new Instant(rest));
                    now = Int128.Max(now, (Int128)rest * 1000);
                    instants.Add((long)(now / 1000));
                    continue;
                }

                rested = false;
                (long steps, long first, long growth) = (1 + dice.NextBelow(9), 10_000 + dice.NextBelow(9999), dice.NextBelow(2000) - 1000);
                clock.Step(steps, first, growth);
                for (long step = 0; step < steps; step++)
                {
                    now += first + (step * growth);
                    instants.Add((long)(now / 1000));
                }

                if (dice.NextBelow(6) == 0)
                {
                    kept = dice.NextBelow(instants.Count - kept) + kept;
                    clock.ForgetBefore(new Instant(kept));
                }
            }

            Assert.Equal(instants.Count - 1, clock.Boundary);
            for (int boundary = (int)kept; boundary < instants.Count; boundary++)
            {
                Assert.True(instants[boundary] == clock.At(new Instant(boundary)).Nanoseconds, $"seed {seed}, boundary {boundary}");
            }
        }
    }

    [Fact]
    public void As_many_steps_are_below_a_time_as_counting_finds()
    {
        for (ulong seed = 1; seed <= 500; seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("below");
            (long first, long growth, long most) = (2000 + dice.NextBelow(1000), dice.NextBelow(200) - 100, dice.NextBelow(20));
            long time = dice.NextBelow(50_000) - 1000;
            long counted = 0;
            for (long sum = first; counted < most && sum < time; sum += first + (counted * growth))
            {
                counted++;
            }

            Assert.True(counted == LockstepClock.StepsBelow(time, first, growth, most), $"seed {seed}");
        }
    }
}
