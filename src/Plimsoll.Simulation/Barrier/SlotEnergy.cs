using Plimsoll.Core;
using Plimsoll.Performance.Power;
using Plimsoll.Serving.Barrier;

namespace Plimsoll.Simulation.Barrier;

/// <summary>
/// Energy of a group of slots: in each step every worker's power by its load and by how long it really worked, times the step.
/// </summary>
/// <param name="power">What a worker draws.</param>
internal sealed class SlotEnergy(IPowerModel power)
{
    /// <summary>Joules of all workers in one step.</summary>
    /// <param name="steps">The steps it belongs to.</param>
    /// <param name="step">Which of them, from 0.</param>
    /// <param name="loadTokens">Each worker's load at its end.</param>
    /// <param name="picoseconds">How long it took.</param>
    public double OfStep(SlotSteps steps, long step, ReadOnlySpan<long> loadTokens, long picoseconds)
    {
        long most = 0;
        foreach (long load in loadTokens)
        {
            most = Math.Max(most, load);
        }

        double watts = 0;
        for (int worker = 0; worker < loadTokens.Length; worker++)
        {
            watts += power.Watts(new WorkerActivity(
                most == 0 ? 0 : (double)loadTokens[worker] / most,
                PrefillShare: 0,
                DecodeShare: (double)steps.WorkerPicosecondsIn(step, worker) / picoseconds,
                steps.WorkerRequests[worker]));
        }

        return watts * (picoseconds * 1e-12);
    }

    /// <summary>Joules of so many workers that have nothing to do.</summary>
    public double OfNothing(int workers, Duration time) => workers * power.Watts(WorkerActivity.None) * time.Seconds;
}
