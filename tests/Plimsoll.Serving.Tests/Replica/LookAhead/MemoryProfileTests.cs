using Plimsoll.Core;
using Plimsoll.Serving.Replica.LookAhead;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Replica.LookAhead;

/// <summary>The profile by hand, and against a list from which everything is recomputed.</summary>
public class MemoryProfileTests
{
    private const int OperationsPerHistory = 500;

    [Fact]
    public void An_empty_profile_holds_what_fits_at_the_last_step_of_the_candidate()
    {
        var profile = new MemoryProfile(10);

        Assert.True(profile.Fits(size: 7, length: 4, out long now));
        Assert.Equal(0, now);
        Assert.False(profile.Fits(size: 7, length: 5, out long never));
        Assert.Equal(long.MaxValue, never);
    }

    [Fact]
    public void The_peak_is_where_another_ends()
    {
        var profile = new MemoryProfile(20);
        profile.Add(size: 5, start: 0, end: 4);

        // In step 4: 9 of the one, 7 + 4 of the other.
        Assert.True(profile.Fits(size: 7, length: 8, out _));
        Assert.False(profile.Fits(size: 8, length: 8, out long notBefore));
        Assert.Equal(1, notBefore);

        // With both inside, step 4 is full to the brim, and step 2 has room for 4.
        profile.Add(size: 7, start: 0, end: 7);
        Assert.False(profile.Fits(size: 0, length: 5, out _));
        Assert.True(profile.Fits(size: 2, length: 3, out _));
        Assert.False(profile.Fits(size: 3, length: 3, out _));
    }

    [Fact]
    public void An_overdue_sequence_counts_in_the_current_step_and_in_none_after()
    {
        var profile = new MemoryProfile(20);
        profile.Add(size: 5, start: 0, end: 4);
        profile.Advance(6);

        Assert.Equal(11, profile.HeldNow);
        Assert.True(profile.Fits(size: 9, length: 12, out _));
        Assert.False(profile.Fits(size: 10, length: 1, out long notBefore));
        Assert.Equal(long.MaxValue, notBefore);

        profile.Remove(size: 5, start: 0, end: 4);
        Assert.Equal(0, profile.HeldNow);
        Assert.True(profile.Fits(size: 10, length: 11, out _));
    }

    [Fact]
    public void Waiting_takes_a_token_a_step_from_what_overflows_at_a_far_end()
    {
        var profile = new MemoryProfile(1_000);
        profile.Add(size: 100, start: 0, end: 600);

        // In step 600: 700 + 100 + 600, which is 400 too much.
        Assert.False(profile.Fits(size: 100, length: 800, out long notBefore));
        Assert.Equal(400, notBefore);

        profile.Advance(399);
        Assert.False(profile.Fits(size: 100, length: 800, out notBefore));
        Assert.Equal(400, notBefore);
        profile.Advance(400);
        Assert.True(profile.Fits(size: 100, length: 800, out _));
    }

    [Fact]
    public void At_its_own_end_it_waits_until_the_next_end_has_passed()
    {
        var profile = new MemoryProfile(1_000);
        profile.Add(size: 700, start: 0, end: 299);

        // In its last step, 199, the other holds 899; in step 299, 999.
        Assert.False(profile.Fits(size: 1, length: 200, out long notBefore));
        Assert.Equal(101, notBefore);
    }

    [Fact]
    public void A_full_memory_has_no_room_until_enough_ends_have_passed()
    {
        var profile = new MemoryProfile(1_000);
        profile.Add(size: 300, start: 0, end: 9);
        profile.Add(size: 300, start: 0, end: 99);
        profile.Add(size: 290, start: 0, end: 35);

        Assert.False(profile.Fits(size: 600, length: 1, out long notBefore));
        Assert.Equal(36, notBefore);
        Assert.False(profile.Fits(size: 601, length: 1, out notBefore));
        Assert.Equal(36, notBefore);
        Assert.False(profile.Fits(size: 665, length: 1, out notBefore));
        Assert.Equal(100, notBefore);
    }

    [Fact]
    public void Above_the_capacity_nothing_fits_until_that_end_has_passed()
    {
        var profile = new MemoryProfile(100);
        profile.Add(size: 60, start: 0, end: 50);

        Assert.False(profile.Fits(size: 1, length: 1, out long notBefore));
        Assert.Equal(51, notBefore);
    }

    [Fact]
    public void Without_a_limit_all_fits()
    {
        var profile = new MemoryProfile(long.MaxValue);
        for (int i = 0; i < 100; i++)
        {
            Assert.True(profile.Fits(1L << 40, 1L << 40, out _));
            profile.Add(1L << 40, 0, (1L << 40) - i);
        }

        Assert.Equal(100 * (1L << 40), profile.HeldNow);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData((1L << 40) + 1, 1)]
    [InlineData(1, 0)]
    [InlineData(1, (1L << 40) + 1)]
    public void What_is_out_of_range_is_refused(long size, long length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryProfile(10).Fits(size, length, out _));

    [Fact]
    public void Who_has_not_joined_cannot_leave()
    {
        var profile = new MemoryProfile(10);
        profile.Add(1, 0, 3);

        Assert.Throws<InvariantBrokenException>(() => profile.Remove(1, 0, 4));
    }

    [Fact]
    public void Agrees_with_the_definition_step_by_step()
    {
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 60); seed++)
        {
            Run(seed, Scale.Small(seed), everyStep: true);
        }
    }

    [Fact]
    public void Agrees_with_a_list_over_random_histories()
    {
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 200); seed++)
        {
            Run(seed, Scale.Of(seed), everyStep: false);
        }
    }

    [Fact]
    public void Never_bounds_too_far_and_often_skips()
    {
        long skipped = 0;
        long refused = 0;
        long skippedFar = 0;
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 100); seed++)
        {
            (long Refused, long Far, long Steps) bounds = RunBounds(seed, Scale.Small(seed));
            (refused, skippedFar, skipped) = (refused + bounds.Refused, skippedFar + bounds.Far, skipped + bounds.Steps);
        }

        Assert.True(skippedFar * 5 > refused, $"{skippedFar} of {refused} refusals skip ten steps or more");
        Assert.True(skipped > 8 * refused, $"{refused} refusals skip {skipped} steps");
    }

    private static void Run(ulong seed, Scale scale, bool everyStep)
    {
        RandomStream dice = new RandomTree(seed).Stream("profile");
        var profile = new MemoryProfile(scale.Capacity);
        var naive = new NaiveProfile(scale.Capacity);
        for (int operation = 0; operation < OperationsPerHistory; operation++)
        {
            string where = $"seed {seed}, operation {operation}";
            (long size, long length) = scale.Candidate(ref dice);
            bool fits = profile.Fits(size, length, out long notBefore);
            Assert.True(fits == naive.Fits(size, length), where);
            Assert.True(fits ? notBefore == naive.Now : notBefore > naive.Now, where);
            Assert.True(profile.HeldNow == naive.HeldNow && profile.Inside == naive.Inside.Count, where);
            if (everyStep)
            {
                Assert.True(fits == naive.FitsInEveryStep(size, length), where);
            }

            Change(ref dice, scale, profile, naive, (size, length, fits));
        }
    }

    // Each step before the bound is tried on the list, the bound too where it is not exact.
    private static (long Refused, long Far, long Steps) RunBounds(ulong seed, Scale scale)
    {
        RandomStream dice = new RandomTree(seed).Stream("bounds");
        var profile = new MemoryProfile(scale.Capacity);
        var naive = new NaiveProfile(scale.Capacity);
        (long Refused, long Far, long Steps) bounds = default;
        for (int operation = 0; operation < OperationsPerHistory; operation++)
        {
            (long size, long length) = scale.Candidate(ref dice);
            bool fits = profile.Fits(size, length, out long notBefore);
            if (!fits)
            {
                long last = naive.Inside.Select(sequence => sequence.End).Append(naive.Now).Max() + 2;
                long until = Math.Min(notBefore, last);
                for (long step = naive.Now; step < until; step++)
                {
                    string where = $"seed {seed}, operation {operation}, {size} tokens for {length} steps in {step}, not before {notBefore}";
                    Assert.False(naive.FitsAt(step, size, length, overdueStay: false), where);
                    Assert.False(naive.FitsAt(step, size, length, overdueStay: true), where);
                }

                bounds.Refused++;
                bounds.Far += until - naive.Now >= 10 ? 1 : 0;
                bounds.Steps += until - naive.Now;
            }

            Change(ref dice, scale, profile, naive, (size, length, fits));
        }

        return bounds;
    }

    private static void Change(
        ref RandomStream dice, Scale scale, MemoryProfile profile, NaiveProfile naive, (long Size, long Length, bool Fits) candidate)
    {
        long what = dice.NextBelow(10);
        if (candidate.Fits || what == 0)
        {
            (long Size, long Start, long End) sequence = (candidate.Size, naive.Now, naive.Now + candidate.Length - 1);
            if (dice.NextBelow(8) == 0)
            {
                // One that joined before and was counted elsewhere, perhaps overdue already.
                sequence.Start = dice.NextBelow(naive.Now + 1);
                sequence.End = sequence.Start + candidate.Length - 1;
            }

            profile.Add(sequence.Size, sequence.Start, sequence.End);
            naive.Inside.Add(sequence);
        }

        if ((what is 1 or 2 && naive.Inside.Count > 0) || naive.Inside.Count > scale.MostInside)
        {
            Leave(profile, naive, (int)dice.NextBelow(naive.Inside.Count));
        }

        if (what >= 6)
        {
            naive.Now += dice.NextBelow(6) == 0 ? dice.NextBelow(scale.LongestJump) : 1;
            profile.Advance(naive.Now);
        }

        // Those whose end has passed leave, some later than others.
        for (int i = naive.Inside.Count - 1; i >= 0; i--)
        {
            if (naive.Inside[i].End < naive.Now && dice.NextBelow(3) == 0)
            {
                Leave(profile, naive, i);
            }
        }
    }

    private static void Leave(MemoryProfile profile, NaiveProfile naive, int index)
    {
        (long size, long start, long end) = naive.Inside[index];
        profile.Remove(size, start, end);
        naive.Inside.RemoveAt(index);
    }
}
