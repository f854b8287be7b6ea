namespace Plimsoll.Serving.Barrier;

/// <summary>
/// Steps a group of slots has just run, all with the same requests: in each of them every worker's load grows by its requests. Where
/// requests ended, it is one step. The buffers are the group's and are overwritten by its next steps.
/// </summary>
public sealed class SlotSteps
{
    private readonly long[] _loads;
    private readonly long[] _requests;
    private readonly long[] _picoseconds;
    private readonly long[] _picosecondsGrowth;

    internal SlotSteps(int workers)
    {
        _loads = new long[workers];
        _requests = new long[workers];
        _picoseconds = new long[workers];
        _picosecondsGrowth = new long[workers];
    }

    /// <summary>How many steps, from 1.</summary>
    public long Count { get; internal set; }

    /// <summary>Requests in each of them: tokens a step, from 1.</summary>
    public int Requests { get; internal set; }

    /// <summary>Time of all of them together.</summary>
    public long Picoseconds { get; internal set; }

    /// <summary>Whether requests joined the group before the first of them.</summary>
    public bool FollowsAssignment { get; internal set; }

    /// <summary>
    /// Each worker's load after the first step, in KV tokens: its token added for every request, and those that ended gone.
    /// </summary>
    public ReadOnlySpan<long> LoadTokens => _loads;

    /// <summary>Requests on each worker in every one of these steps: what its load grows by with every further step.</summary>
    public ReadOnlySpan<long> WorkerRequests => _requests;

    /// <summary>What the first step took each worker; 0 for one without requests.</summary>
    public ReadOnlySpan<long> WorkerPicoseconds => _picoseconds;

    /// <summary>What that grows by with every further step.</summary>
    public ReadOnlySpan<long> WorkerPicosecondsGrowth => _picosecondsGrowth;

    /// <summary>What a step took one worker.</summary>
    /// <param name="step">Which of these steps, from 0.</param>
    /// <param name="worker">Which worker.</param>
    public long WorkerPicosecondsIn(long step, int worker) => _picoseconds[worker] + (step * _picosecondsGrowth[worker]);

    internal Span<long> Loads => _loads;

    internal Span<long> RequestsOn => _requests;

    internal Span<long> Times => _picoseconds;

    internal Span<long> TimesGrowth => _picosecondsGrowth;
}
