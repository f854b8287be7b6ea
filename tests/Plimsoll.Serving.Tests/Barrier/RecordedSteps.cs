using Plimsoll.Serving.Barrier;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Barrier;

/// <summary>Every step a group was seen to take, one by one.</summary>
internal sealed class RecordedSteps : ILockstepObserver
{
    public List<TickedGroupStep> All { get; } = [];

    /// <summary>How many of them were told together with others.</summary>
    public long Together { get; private set; }

    public void Stepped(LockstepSteps steps)
    {
        Together += steps.Count > 1 ? steps.Count : 0;
        long picoseconds = 0;
        for (long step = 0; step < steps.Count; step++)
        {
            All.Add(new TickedGroupStep(
                steps.FirstPicoseconds + (step * steps.PicosecondsGrowth),
                step == 0 && steps.FollowsAssignment,
                Line(steps.WorkerPicoseconds, steps.WorkerPicosecondsGrowth, step),
                Line(steps.LoadTokens, steps.LoadTokensGrowth, step),
                steps.WorkerRequests.ToArray()));
            picoseconds += All[^1].Picoseconds;
        }

        Assert.Equal(steps.Picoseconds, picoseconds);
    }

    private static long[] Line(ReadOnlySpan<long> first, ReadOnlySpan<long> growth, long step)
    {
        long[] values = new long[first.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = first[i] + (step * growth[i]);
        }

        return values;
    }
}
