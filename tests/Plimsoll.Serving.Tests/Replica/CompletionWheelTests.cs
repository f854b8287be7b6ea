using Plimsoll.Core;
using Plimsoll.Serving.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Replica;

/// <summary>The wheel against a sorted list.</summary>
public class CompletionWheelTests
{
    private const int FarthestGlance = 2048 - 128;

    [Fact]
    public void Agrees_with_a_sorted_list()
    {
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 60); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("wheel");
            Run(ref dice, slots: 1 + (int)dice.NextBelow(200), farthest: dice.NextBelow(3) switch { 0 => 50, 1 => 5_000, _ => 40_000 });
        }
    }

    [Fact]
    public void Within_a_step_they_stand_in_order_of_admission()
    {
        var wheel = new CompletionWheel();
        foreach (int admittedAs in (int[])[5, 1, 9, 3, 7])
        {
            wheel.Add(slot: 10 + admittedAs, step: 20, admittedAs, now: 0);
        }

        wheel.Remove(15);

        Assert.Equal([11, 13, 17, 19], SlotsAt(wheel, 20));
        Assert.Equal(20, wheel.NextStep(1));
    }

    private static void Run(ref RandomStream dice, int slots, int farthest)
    {
        var wheel = new CompletionWheel();
        var naive = new SortedSet<(long Step, long AdmittedAs, int Slot)>();
        var entries = new Dictionary<int, (long Step, long AdmittedAs, int Slot)>();
        long now = 0;
        long admissions = 0;
        for (int turn = 0; turn < 400; turn++)
        {
            for (long times = dice.NextBelow(6); times > 0; times--)
            {
                int slot = (int)dice.NextBelow(slots);
                if (entries.Remove(slot, out var entry))
                {
                    wheel.Remove(slot);
                    naive.Remove(entry);
                }
                else
                {
                    entry = (now + 1 + dice.NextBelow(farthest), admissions++, slot);
                    wheel.Add(slot, entry.Step, entry.AdmittedAs, now);
                    naive.Add(entry);
                    entries.Add(slot, entry);
                }
            }

            now = Advance(ref dice, wheel, naive, entries, now);
        }
    }

    // To the next completion, to the end of sight, or only a step on; every completion passed is cleared, none is passed over.
    private static long Advance(
        ref RandomStream dice,
        CompletionWheel wheel,
        SortedSet<(long Step, long AdmittedAs, int Slot)> naive,
        Dictionary<int, (long Step, long AdmittedAs, int Slot)> entries,
        long now)
    {
        long from = now + 1;
        long next;
        if (dice.NextBelow(3) == 0)
        {
            wheel.Advance(now);
            next = from;
        }
        else
        {
            long first = naive.Count > 0 ? naive.Min.Step : long.MaxValue;
            next = wheel.NextStep(from);
            Assert.InRange(next, from, first);
            Assert.True(next == first || next == from + FarthestGlance, $"from {from} to {next}, the next completes at {first}");
        }

        List<int> expected = [.. naive.TakeWhile(entry => entry.Step == next).Select(entry => entry.Slot)];
        Assert.Equal(expected, SlotsAt(wheel, next));
        if (expected.Count > 0)
        {
            wheel.Clear(next);
            Assert.Equal(CompletionWheel.None, wheel.First(next));
            foreach (int slot in expected)
            {
                naive.Remove(entries[slot]);
                entries.Remove(slot);
            }
        }

        return next;
    }

    private static List<int> SlotsAt(CompletionWheel wheel, long step)
    {
        var slots = new List<int>();
        for (int slot = wheel.First(step); slot != CompletionWheel.None; slot = wheel.After(slot))
        {
            slots.Add(slot);
        }

        return slots;
    }
}
