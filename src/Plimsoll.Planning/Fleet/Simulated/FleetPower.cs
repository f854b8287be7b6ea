using Plimsoll.Performance.Power;
using Plimsoll.Performance.StepTime;
using Plimsoll.Serving.Replica;
using Plimsoll.Simulation;

namespace Plimsoll.Planning.Fleet.Simulated;

/// <summary>
/// Power of a fleet from what its replicas did. The work of all requests is spread over the time in which they arrived, as it would be in
/// the long run; the emptying of the fleet afterwards does not count. Of a replica's busy time, prompts take their tokens times what one
/// token adds to a step of its mean batch, and decoding the rest. Ours; <see cref="GpuPowerModel"/> says what the power model is worth.
/// </summary>
internal static class FleetPower
{
    private const int PromptTokens = 512;

    /// <summary>Mean power of all GPUs in watts.</summary>
    public static double Watts(EngineOption engine, IPowerModel power, SimulationOutcome outcome, double seconds)
    {
        double watts = 0;
        foreach (ReplicaOutcome replica in outcome.Replicas)
        {
            watts += power.Watts(ActivityOf(replica.Statistics, outcome.Scenario.Replica.StepTime, seconds));
        }

        return watts * engine.TensorParallel;
    }

    private static WorkerActivity ActivityOf(in ReplicaStatistics statistics, IStepTimeModel step, double seconds)
    {
        double busySeconds = (double)statistics.BusyPicoseconds * 1e-12;
        if (statistics.Steps == 0 || seconds <= 0)
        {
            return WorkerActivity.None;
        }

        double running = (double)statistics.RunningPicoseconds / (double)statistics.BusyPicoseconds;
        int rows = (int)Math.Round((double)statistics.DecodeRows / statistics.Steps);
        double prompts = Math.Min(busySeconds, statistics.PrefillTokens * SecondsPerPromptToken(step, rows));
        double busy = Math.Min(1, busySeconds / seconds);
        double prefill = busy * prompts / busySeconds;
        return new WorkerActivity(busy, prefill, busy - prefill, running);
    }

    private static double SecondsPerPromptToken(IStepTimeModel step, int rows)
    {
        long with = step.StepPicoseconds(new BatchShape(PromptTokens, 1, (long)PromptTokens * PromptTokens, rows, rows));
        long without = rows == 0 ? 0 : step.StepPicoseconds(new BatchShape(0, 0, 0, rows, rows));
        return Math.Max(0, with - without) * 1e-12 / PromptTokens;
    }
}
