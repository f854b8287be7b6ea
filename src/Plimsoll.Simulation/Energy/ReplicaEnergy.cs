using Plimsoll.Performance.Power;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Simulation.Energy;

/// <summary>
/// Energy of the accelerators of one engine: accelerators × Σ P(step) × time of the step, and idle power in between. P is the power
/// model's, of the same <see cref="WorkerActivity"/> that a barrier group's meter asks for: prompts take what a step takes beyond its
/// decodes alone, decodes the rest, together so many as the step has rows.
/// </summary>
/// <remarks>
/// Nothing is lost by summing steps of equal rows first: power is affine in the shares of time (<see cref="IPowerModel"/>), so that the
/// power of the mean shares times the whole time is the sum over the steps. Steps that an engine leaps over have equal rows.
/// </remarks>
/// <param name="BusySeconds">Time in steps, in seconds, from 0.</param>
/// <param name="BusyJoules">Energy of all accelerators in that time.</param>
/// <param name="IdleWatts">Power of all accelerators between steps.</param>
public readonly record struct ReplicaEnergy(double BusySeconds, double BusyJoules, double IdleWatts)
{
    private const double SecondsPerPicosecond = 1e-12;

    /// <summary>What an engine drew.</summary>
    /// <param name="activity">What it did.</param>
    /// <param name="power">What one accelerator draws.</param>
    /// <param name="accelerators">How many, from 1; all do the same.</param>
    public static ReplicaEnergy Of(StepActivity activity, IPowerModel power, int accelerators)
    {
        ArgumentNullException.ThrowIfNull(activity);
        ArgumentNullException.ThrowIfNull(power);
        Int128 picoseconds = 0;
        double joules = 0;
        for (int rows = 0; rows < activity.Rows; rows++)
        {
            Int128 busy = activity.BusyPicoseconds(rows);
            if (busy == 0)
            {
                continue;
            }

            Int128 prompts = activity.PromptPicoseconds(rows);
            double promptShare = (double)prompts / (double)busy;
            double watts = power.Watts(new WorkerActivity(1, promptShare, 1 - promptShare, rows));
            picoseconds += busy;
            joules += watts * ((double)busy * SecondsPerPicosecond);
        }

        return new(
            (double)picoseconds * SecondsPerPicosecond, accelerators * joules, accelerators * power.Watts(WorkerActivity.None));
    }

    /// <summary>Energy of a run of this length in joules: a step that outlasts the run counts in whole.</summary>
    /// <param name="seconds">How long, from 0.</param>
    public double JoulesOver(double seconds) => BusyJoules + (IdleWatts * Math.Max(0, seconds - BusySeconds));
}
