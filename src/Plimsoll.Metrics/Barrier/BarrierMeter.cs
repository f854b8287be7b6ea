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
    private long _requestsEnded;

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

    /// <summary>
    /// Mean over the requests that ended of the time from joining to end over output tokens: the published time per output token, which
    /// unlike TPOT counts the first token. Not a number before one has ended.
    /// </summary>
    public double MeanSecondsPerOutputToken => _secondsPerOutputToken / _requestsEnded;

    /// <summary>One step.</summary>
    /// <param name="loadTokens">Each worker's load at its end.</param>
    /// <param name="picoseconds">How long it took.</param>
    /// <param name="outputTokens">Requests in it.</param>
    /// <param name="followsAssignment">Whether requests joined before it.</param>
    /// <param name="joules">Energy of all workers; not a number without a power model.</param>
    public void Step(ReadOnlySpan<long> loadTokens, long picoseconds, int outputTokens, bool followsAssignment, double joules)
    {
        Invariant.Holds(loadTokens.Length == _whole.Workers, "every worker has a load");
        long most = 0;
        long sum = 0;
        foreach (long load in loadTokens)
        {
            most = Math.Max(most, load);
            sum += load;
        }

        Int128 imbalance = ((Int128)most * loadTokens.Length) - sum;
        double idle = most == 0 ? 0 : (double)imbalance / ((double)most * loadTokens.Length);
        _whole.Steps++;
        _whole.StepPicoseconds += picoseconds;
        _whole.OutputTokens += outputTokens;
        _whole.RequestPicoseconds += Math.BigMul(outputTokens, picoseconds);
        _whole.ImbalanceTokens += imbalance;
        _whole.WeightedImbalanceTokens += imbalance * picoseconds;
        _whole.IdleSteps += idle;
        _whole.IdleSeconds += idle * (picoseconds * 1e-12);
        _whole.Joules += joules;
        if (followsAssignment)
        {
            UntilLastAssignment = _whole;
        }
    }

    /// <summary>Time in which nobody held a slot.</summary>
    public void Empty(Duration time, double joules)
    {
        _whole.EmptyPicoseconds += (Int128)time.Nanoseconds * 1_000;
        _whole.Joules += joules;
    }

    /// <summary>A request ended.</summary>
    public void Ended(in RequestTimeline timeline)
    {
        _secondsPerOutputToken += (timeline.Finished - timeline.Scheduled).Seconds / timeline.OutputTokens;
        _requestsEnded++;
    }
}
