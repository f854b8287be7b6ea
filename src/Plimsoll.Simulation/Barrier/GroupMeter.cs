using Plimsoll.Core;
using Plimsoll.Metrics.Barrier;
using Plimsoll.Performance.Power;
using Plimsoll.Performance.StepTime;
using Plimsoll.Serving.Barrier;

namespace Plimsoll.Simulation.Barrier;

/// <summary>Measures a group in lockstep, whatever its workers are: what the barrier cost, its loads over time and its energy.</summary>
/// <param name="workers">Workers of the group.</param>
/// <param name="power">What an accelerator draws; null for no account of energy.</param>
/// <param name="accelerators">Accelerators of each worker, all doing the same.</param>
internal sealed class GroupMeter(int workers, IPowerModel? power, int accelerators = 1) : ILockstepObserver
{
    private readonly LoadSampler _loads = new();
    private readonly long[] _stepLoads = new long[workers];

    /// <summary>What the barrier cost.</summary>
    public BarrierMeter Barrier { get; } = new(workers);

    /// <summary>Most requests that were on one worker at once.</summary>
    public int PeakRequestsOnWorker { get; private set; }

    /// <summary>What happened.</summary>
    public GroupOutcome Outcome => new(Barrier, _loads.Samples);

    public void Stepped(LockstepSteps steps)
    {
        long requests = 0;
        long rows = 0;
        for (int worker = 0; worker < workers; worker++)
        {
            PeakRequestsOnWorker = Math.Max(PeakRequestsOnWorker, steps.WorkerRequests[worker]);
            requests += steps.WorkerRequests[worker];
            rows += steps.WorkerRows[worker];
        }

        long elapsed = 0;
        for (long step = 0; step < steps.Count; step++)
        {
            long picoseconds = steps.FirstPicoseconds + (step * steps.PicosecondsGrowth);
            long waiting = 0;
            for (int worker = 0; worker < workers; worker++)
            {
                _stepLoads[worker] = steps.LoadTokens[worker] + (step * steps.LoadTokensGrowth[worker]);
                waiting += picoseconds - WorkOf(steps, step, worker);
            }

            Barrier.Step(new BarrierStep
            {
                LoadTokens = _stepLoads,
                Picoseconds = picoseconds,
                WaitingPicoseconds = waiting,
                Requests = requests,
                OutputTokens = step == 0 ? steps.FirstOutputTokens : rows,
                FollowsAssignment = step == 0 && steps.FollowsAssignment,
                Joules = JoulesOf(steps, step, picoseconds),
            });
            elapsed += picoseconds;
            _loads.Step(steps.Start + new Duration(elapsed / Picoseconds.PerNanosecond), _stepLoads);
        }
    }

    public void Rested(long picoseconds)
    {
        double watts = power is null ? double.NaN : workers * accelerators * power.Watts(WorkerActivity.None);
        Barrier.Empty(picoseconds, watts * (picoseconds * 1e-12));
    }

    private static long WorkOf(LockstepSteps steps, long step, int worker) =>
        steps.WorkerPicoseconds[worker] + (step * steps.WorkerPicosecondsGrowth[worker]);

    private double JoulesOf(LockstepSteps steps, long step, long picoseconds)
    {
        if (power is null)
        {
            return double.NaN;
        }

        long most = 0;
        foreach (long load in _stepLoads)
        {
            most = Math.Max(most, load);
        }

        double watts = 0;
        for (int worker = 0; worker < workers; worker++)
        {
            long prompts = step == 0 ? steps.WorkerPromptPicoseconds[worker] : 0;
            watts += power.Watts(new WorkerActivity(
                most == 0 ? 0 : (double)_stepLoads[worker] / most,
                (double)prompts / picoseconds,
                (double)(WorkOf(steps, step, worker) - prompts) / picoseconds,
                steps.WorkerRows[worker]));
        }

        return accelerators * watts * (picoseconds * 1e-12);
    }
}
