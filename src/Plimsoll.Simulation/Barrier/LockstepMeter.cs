using Plimsoll.Serving.Barrier;

namespace Plimsoll.Simulation.Barrier;

/// <summary>
/// Adds up the steps of one group in integers: steps taken together by closed form, as far as the same worker has the greatest load.
/// </summary>
internal sealed class LockstepMeter(int workers) : ILockstepObserver
{
    private LockstepTotals _totals = new() { Workers = workers };

    /// <summary>All steps so far.</summary>
    public LockstepTotals Totals => _totals;

    public void Stepped(LockstepSteps steps)
    {
        _totals.Steps += steps.Count;
        _totals.StepPicoseconds += steps.Picoseconds;
        for (int i = 0; i < workers; i++)
        {
            _totals.WaitingPicoseconds += Sum(
                steps.FirstPicoseconds - steps.WorkerPicoseconds[i], steps.PicosecondsGrowth - steps.WorkerPicosecondsGrowth[i], 1, 0, steps.Count);
        }

        for (long from = 0, count; from < steps.Count; from += count)
        {
            count = AddImbalance(steps, from);
        }
    }

    // Σ (a + b·j)·(c + d·j) over j from 0 and below n.
    private static Int128 Sum(Int128 a, Int128 b, Int128 c, Int128 d, Int128 n) =>
        (n * a * c) + (((a * d) + (b * c)) * (n * (n - 1) / 2)) + (b * d * (n * (n - 1) * ((2 * n) - 1) / 6));

    // Steps from this one on in which the same worker has the greatest load; returns how many.
    private long AddImbalance(LockstepSteps steps, long from)
    {
        long most = 0;
        long mostGrowth = 0;
        long sum = 0;
        long sumGrowth = 0;
        for (int i = 0; i < workers; i++)
        {
            long growth = steps.LoadTokensGrowth[i];
            long load = steps.LoadTokens[i] + (from * growth);
            bool isGreater = load > most || (load == most && growth > mostGrowth);
            (most, mostGrowth) = isGreater ? (load, growth) : (most, mostGrowth);
            sum += load;
            sumGrowth += growth;
        }

        long count = steps.Count - from;
        for (int i = 0; i < workers; i++)
        {
            long gain = steps.LoadTokensGrowth[i] - mostGrowth;
            long behind = most - steps.LoadTokens[i] - (from * steps.LoadTokensGrowth[i]);
            count = gain > 0 ? Math.Min(count, (behind / gain) + 1) : count;
        }

        Int128 imbalance = ((Int128)most * workers) - sum;
        Int128 imbalanceGrowth = ((Int128)mostGrowth * workers) - sumGrowth;
        Int128 picoseconds = steps.FirstPicoseconds + ((Int128)from * steps.PicosecondsGrowth);
        _totals.ImbalanceTokens += Sum(imbalance, imbalanceGrowth, 1, 0, count);
        _totals.WeightedImbalanceTokens += Sum(imbalance, imbalanceGrowth, picoseconds, steps.PicosecondsGrowth, count);
        return count;
    }
}
