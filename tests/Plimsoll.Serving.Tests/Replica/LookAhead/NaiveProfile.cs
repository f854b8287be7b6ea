namespace Plimsoll.Serving.Tests.Replica.LookAhead;

/// <summary>The look-ahead check as it is defined: a list of who is inside, and every instant recomputed from it.</summary>
internal sealed class NaiveProfile(long capacity)
{
    public List<(long Size, long Start, long End)> Inside { get; } = [];

    public long Now { get; set; }

    public long HeldNow => HeldIn(Now, Now, overdueStay: true);

    public bool Fits(long size, long length) => FitsAt(Now, size, length, overdueStay: true);

    /// <summary>
    /// Whether it would fit in a later step, if nobody joined and those whose end passes from now on all stayed, or all left in time.
    /// </summary>
    public bool FitsAt(long now, long size, long length, bool overdueStay)
    {
        if (!HasRoom(now) || !HasRoom(now + length - 1))
        {
            return false;
        }

        foreach ((_, _, long end) in Inside)
        {
            if (end > now && !HasRoom(end))
            {
                return false;
            }
        }

        return true;

        bool HasRoom(long step) => HeldIn(step, now, overdueStay) + (step < now + length ? size + step - now : 0) <= capacity;
    }

    /// <summary>Without the thought that only ends count: every step until all have ended.</summary>
    public bool FitsInEveryStep(long size, long length)
    {
        long end = Now + length - 1;
        long last = Inside.Select(sequence => sequence.End).Append(end).Max();
        for (long step = Now; step <= last; step++)
        {
            if (HeldIn(step, Now, overdueStay: true) + (step <= end ? size + step - Now : 0) > capacity)
            {
                return false;
            }
        }

        return true;
    }

    private long HeldIn(long step, long now, bool overdueStay)
    {
        long held = 0;
        foreach ((long size, long start, long end) in Inside)
        {
            bool inside = end >= now || end < Now || overdueStay;
            held += inside && Math.Max(end, now) >= step ? size + step - start : 0;
        }

        return held;
    }
}
