using Plimsoll.Core;

namespace Plimsoll.Metrics.Barrier;

/// <summary>
/// Measures the steps of a barrier group as they go by: over the whole run, and up to the last step before which requests joined, which
/// is where the published experiments stop (scheduling theory, section 3.1) so that the emptying of the group does not count.
/// </summary>
public sealed class BarrierMeter
{
    private BarrierTotals _whole;
    private double _secondsPerOutputToken;

    /// <summary>Nothing has happened yet.</summary>
    /// <param name="workers">Workers of the group, from 1.</param>
    public BarrierMeter(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        _whole.Workers = workers;
        UntilLastAssignment = _whole;
    }

    /// <summary>Every step, and the time between.</summary>
    public BarrierTotals Whole => _whole;

    /// <summary>Up to and with the last step before which requests joined.</summary>
    public BarrierTotals UntilLastAssignment { get; private set; }

    /// <summary>Requests that ended and gave something.</summary>
    public long EndedRequests { get; private set; }

    /// <summary>
    /// Mean over the requests that ended of the time from joining to end over output tokens: the published time per output token, which
    /// unlike TPOT counts the first token. Not a number before one has ended.
    /// </summary>
    public double MeanSecondsPerOutputToken => _secondsPerOutputToken / EndedRequests;

    /// <summary>One step.</summary>
    public void Step(in BarrierStep step)
    {
        Invariant.Holds(step.LoadTokens.Length == _whole.Workers, "every worker has a load");
        long most = 0;
        long sum = 0;
        foreach (long load in step.LoadTokens)
        {
            most = Math.Max(most, load);
            sum += load;
        }

        Int128 imbalance = ((Int128)most * _whole.Workers) - sum;
        double idle = most == 0 ? 0 : (double)imbalance / ((double)most * _whole.Workers);
        _whole.Steps++;
        _whole.StepPicoseconds += step.Picoseconds;
        _whole.WaitingPicoseconds += step.WaitingPicoseconds;
        _whole.OutputTokens += step.OutputTokens;
        _whole.RequestPicoseconds += (Int128)step.Requests * step.Picoseconds;
        _whole.LoadTokens += sum;
        _whole.ImbalanceTokens += imbalance;
        _whole.WeightedImbalanceTokens += imbalance * step.Picoseconds;
        _whole.IdleSteps += idle;
        _whole.IdleSeconds += idle * (step.Picoseconds * 1e-12);
        _whole.Joules += step.Joules;
        if (step.FollowsAssignment)
        {
            UntilLastAssignment = _whole;
        }
    }

    /// <summary>Time in which no worker had work.</summary>
    /// <param name="picoseconds">How long.</param>
    /// <param name="joules">Energy of all workers; not a number without a power model.</param>
    public void Empty(Int128 picoseconds, double joules)
    {
        _whole.EmptyPicoseconds += picoseconds;
        _whole.Joules += joules;
    }

    /// <summary>A request ended; one that gave nothing is left out of the mean.</summary>
    public void Ended(in RequestTimeline timeline)
    {
        if (timeline.OutputTokens == 0)
        {
            return;
        }

        _secondsPerOutputToken += (timeline.Finished - timeline.Scheduled).Seconds / timeline.OutputTokens;
        EndedRequests++;
    }
}
