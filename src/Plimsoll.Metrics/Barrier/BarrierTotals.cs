using Plimsoll.Core;

namespace Plimsoll.Metrics.Barrier;

/// <summary>
/// What a barrier group did over some of its steps. The load of a worker in a step is what its requests hold at the step's end: their
/// tokens added, and those that ended gone.
/// </summary>
public struct BarrierTotals
{
    /// <summary>Workers of the group.</summary>
    public int Workers;

    /// <summary>Steps.</summary>
    public long Steps;

    /// <summary>Time in steps.</summary>
    public Int128 StepPicoseconds;

    /// <summary>Of that, the time in which workers waited for the slowest or had nothing to do, over all workers.</summary>
    public Int128 WaitingPicoseconds;

    /// <summary>Time between steps, when no worker had work.</summary>
    public Int128 EmptyPicoseconds;

    /// <summary>
    /// Output tokens, less those that evicted requests lost; of workers that only decode one for each request in each step.
    /// </summary>
    public long OutputTokens;

    /// <summary>Requests in the steps, each step weighted by its length: request·picoseconds.</summary>
    public Int128 RequestPicoseconds;

    /// <summary>Sum over steps of all loads.</summary>
    public Int128 LoadTokens;

    /// <summary>Sum over steps of G·max load − sum of loads.</summary>
    public Int128 ImbalanceTokens;

    /// <summary>The same, each step weighted by its length in picoseconds.</summary>
    public Int128 WeightedImbalanceTokens;

    /// <summary>Sum over steps of the mean over workers of 1 − load / max load; 0 in a step that leaves no load.</summary>
    public double IdleSteps;

    /// <summary>The same, each step weighted by its length in seconds.</summary>
    public double IdleSeconds;

    /// <summary>Energy of all workers, in steps and between them; not a number without a power model.</summary>
    public double Joules;

    /// <summary>Adds what another group of as many workers did.</summary>
    public void Add(in BarrierTotals other)
    {
        Invariant.Holds(Workers == other.Workers, "groups that are summed are alike");
        Steps += other.Steps;
        StepPicoseconds += other.StepPicoseconds;
        WaitingPicoseconds += other.WaitingPicoseconds;
        EmptyPicoseconds += other.EmptyPicoseconds;
        OutputTokens += other.OutputTokens;
        RequestPicoseconds += other.RequestPicoseconds;
        LoadTokens += other.LoadTokens;
        ImbalanceTokens += other.ImbalanceTokens;
        WeightedImbalanceTokens += other.WeightedImbalanceTokens;
        IdleSteps += other.IdleSteps;
        IdleSeconds += other.IdleSeconds;
        Joules += other.Joules;
    }

    /// <summary>Time in steps, in seconds.</summary>
    public readonly double StepSeconds => (double)StepPicoseconds * 1e-12;

    /// <summary>Requests in the steps, integrated over time: request·seconds.</summary>
    public readonly double RequestSeconds => (double)RequestPicoseconds * 1e-12;

    /// <summary>Time in steps and between them, in seconds.</summary>
    public readonly double Seconds => (double)(StepPicoseconds + EmptyPicoseconds) * 1e-12;

    /// <summary>Mean over steps of the loads of all workers together, in KV tokens.</summary>
    public readonly double MeanLoadTokens => (double)LoadTokens / Steps;

    /// <summary>
    /// Mean over steps of G·max load − sum of loads, in KV tokens (the average imbalance of Chen, Bu et al., arXiv:2601.17855).
    /// </summary>
    public readonly double MeanImbalanceTokens => (double)ImbalanceTokens / Steps;

    /// <summary>The same as a mean over time.</summary>
    public readonly double TimeWeightedImbalanceTokens => (double)WeightedImbalanceTokens / (double)StepPicoseconds;

    /// <summary>Mean over steps of the mean over workers of 1 − load / max load.</summary>
    public readonly double IdleFraction => IdleSteps / Steps;

    /// <summary>The same as a mean over time.</summary>
    public readonly double TimeWeightedIdleFraction => IdleSeconds / StepSeconds;

    /// <summary>Fraction of the workers' time in steps, 0 to 1, in which they waited for the slowest or had nothing to do.</summary>
    public readonly double WaitingFraction => (double)WaitingPicoseconds / ((double)StepPicoseconds * Workers);

    /// <summary>Output tokens over the time in steps.</summary>
    public readonly double OutputTokensPerSecond => OutputTokens / StepSeconds;

    /// <summary>Energy over output tokens.</summary>
    public readonly double JoulesPerOutputToken => Joules / OutputTokens;
}
