namespace Plimsoll.Simulation.Barrier;

/// <summary>
/// What a group of engines in lockstep did, and what waiting for each other cost. A worker's load is what its requests hold, or will hold
/// once their prompts are computed, at the end of a step: the step's tokens added, and those that ended gone.
/// </summary>
public struct LockstepTotals
{
    /// <summary>Workers of the group.</summary>
    public int Workers;

    /// <summary>Steps.</summary>
    public long Steps;

    /// <summary>Time in steps, in picoseconds.</summary>
    public Int128 StepPicoseconds;

    /// <summary>Time in steps in which workers waited for the slowest or had nothing to do, over all workers: worker·picoseconds.</summary>
    public Int128 WaitingPicoseconds;

    /// <summary>Sum over steps of G·max load − sum of loads, in KV tokens.</summary>
    public Int128 ImbalanceTokens;

    /// <summary>The same, each step weighted by its length in picoseconds.</summary>
    public Int128 WeightedImbalanceTokens;

    /// <summary>Time in steps, in seconds.</summary>
    public readonly double StepSeconds => (double)StepPicoseconds * 1e-12;

    /// <summary>
    /// Mean over steps of G·max load − sum of loads, in KV tokens (the average imbalance of Chen, Bu et al., arXiv:2601.17855).
    /// </summary>
    public readonly double MeanImbalanceTokens => (double)ImbalanceTokens / Steps;

    /// <summary>The same as a mean over time.</summary>
    public readonly double TimeWeightedImbalanceTokens => (double)WeightedImbalanceTokens / (double)StepPicoseconds;

    /// <summary>Fraction of the workers' time in steps, 0 to 1, in which they waited for the slowest or had nothing to do.</summary>
    public readonly double WaitingFraction => (double)WaitingPicoseconds / ((double)StepPicoseconds * Workers);
}
