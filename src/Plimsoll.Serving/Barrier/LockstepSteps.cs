using Plimsoll.Core;

namespace Plimsoll.Serving.Barrier;

/// <summary>
/// Steps a group in lockstep has just run: in each but the first, every worker's load and time grow by the same as in the one before, and
/// the same worker is the slowest in all of them. A step in which requests ended comes alone. The load of a worker is what its requests
/// hold, or will hold once their prompts are computed, at the end of a step: the step's tokens added, and those that ended gone. The
/// buffers are the group's and are overwritten by its next steps.
/// </summary>
public sealed class LockstepSteps
{
    internal LockstepSteps(int workers)
    {
        Loads = new long[workers];
        LoadsGrowth = new long[workers];
        Times = new long[workers];
        TimesGrowth = new long[workers];
        PromptTimes = new long[workers];
        RequestsOn = new int[workers];
        RowsOn = new int[workers];
    }

    /// <summary>When the first of them began, rounded down to the nanosecond.</summary>
    public Instant Start { get; internal set; }

    /// <summary>How many steps, from 1.</summary>
    public long Count { get; internal set; }

    /// <summary>What the first step took, in picoseconds: as long as the slowest worker's, and what is shared.</summary>
    public long FirstPicoseconds { get; internal set; }

    /// <summary>What that grows by with every further step.</summary>
    public long PicosecondsGrowth { get; internal set; }

    /// <summary>Time of all of them together.</summary>
    public long Picoseconds => LockstepClock.Sum(FirstPicoseconds, PicosecondsGrowth, Count);

    /// <summary>Whether requests joined workers before the first of them.</summary>
    public bool FollowsAssignment { get; internal set; }

    /// <summary>
    /// Output tokens of the first step over all workers, less those that evicted requests lost; each further one gives one for each row.
    /// </summary>
    public long FirstOutputTokens { get; internal set; }

    /// <summary>Each worker's load at the end of the first step, in KV tokens.</summary>
    public ReadOnlySpan<long> LoadTokens => Loads;

    /// <summary>What that grows by with every further step: one token for each request that decodes.</summary>
    public ReadOnlySpan<long> LoadTokensGrowth => LoadsGrowth;

    /// <summary>What the first step took each worker, in picoseconds; 0 for one without work, whose dummy batch is not counted.</summary>
    public ReadOnlySpan<long> WorkerPicoseconds => Times;

    /// <summary>What that grows by with every further step.</summary>
    public ReadOnlySpan<long> WorkerPicosecondsGrowth => TimesGrowth;

    /// <summary>Of the first step's time, what each worker spent on prompts: what it took beyond its decodes alone.</summary>
    public ReadOnlySpan<long> WorkerPromptPicoseconds => PromptTimes;

    /// <summary>Requests on each worker in these steps, waiting there or running.</summary>
    public ReadOnlySpan<int> WorkerRequests => RequestsOn;

    /// <summary>Requests that each worker decodes in these steps.</summary>
    public ReadOnlySpan<int> WorkerRows => RowsOn;

    internal long[] Loads { get; }

    internal long[] LoadsGrowth { get; }

    internal long[] Times { get; }

    internal long[] TimesGrowth { get; }

    internal long[] PromptTimes { get; }

    internal int[] RequestsOn { get; }

    internal int[] RowsOn { get; }
}
