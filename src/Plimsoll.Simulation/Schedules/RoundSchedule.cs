using Plimsoll.Core;
using Plimsoll.Metrics.Schedules;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Prediction;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Replica;
using Plimsoll.Workloads;

namespace Plimsoll.Simulation.Schedules;

/// <summary>
/// The setting of the scheduling papers: one replica in unit rounds, where every running job gets one token a round and holds s + k
/// tokens after its k-th (scheduling theory, sections 4 to 6). It is the full engine with a constant step time and blocks of one token.
/// </summary>
public static class RoundSchedule
{
    private const long Round = 1_000_000_000;

    /// <summary>What the engine of a round schedule lets a policy set: nothing limits a round but memory.</summary>
    public static EngineOverrides Overrides(int? maxSequences = null) => new()
    {
        MaxSequences = maxSequences ?? int.MaxValue,
        TokenBudget = int.MaxValue,
        PrefixCaching = false,
        Synchronous = true,
        StepTime = new LinearStepTime(BaseSeconds: 1, SecondsPerKvToken: 0),
    };

    /// <summary>The round a time falls into.</summary>
    public static long RoundOf(Instant time) => time.Nanoseconds / Round;

    /// <summary>Serves the jobs.</summary>
    /// <param name="jobs">In order of arrival, each at a whole second, ids from 0; none may need more than the memory there is.</param>
    /// <param name="kvTokens">KV tokens of the replica, from 1.</param>
    /// <param name="rules">The policy's rules.</param>
    /// <param name="prediction">What is believed of output lengths.</param>
    /// <param name="random">Dice of policy and predictor.</param>
    /// <param name="watcher">Asked now and then whether to go on; null if nobody watches.</param>
    /// <returns>What happened, or null if it was stopped.</returns>
    /// <exception cref="NoProgressException">The policy never ends.</exception>
    public static ScheduleOutcome? Execute(
        IReadOnlyList<InferenceRequest> jobs,
        long kvTokens,
        BatchingRules rules,
        PredictionSpec prediction,
        RandomTree random,
        IRunObserver? watcher = null)
    {
        var scenario = new FleetScenario
        {
            Replicas = 1,
            Replica = new ReplicaConfiguration(rules, kvTokens, 1, new ConstantStepTime(1)) { CountsNewToken = true, RecordsStays = true },
            Dispatch = new DispatcherConfiguration(PolicyCatalog.Admission.Default, PolicyCatalog.Ordering.Default, PolicyCatalog.Routing.Default),
            Prediction = prediction,
        };
        var recorder = new Recorder(jobs, watcher);
        SimulationOutcome outcome = SimulationRun.Execute(scenario, new JobList(jobs), random, recorder);
        if (outcome.Partial)
        {
            return null;
        }

        ReplicaStatistics statistics = outcome.Replicas[0].Statistics;
        return new ScheduleOutcome([.. jobs.Select(recorder.JobOf)], kvTokens)
        {
            LostTokens = statistics.LostTokens,
            EvictedTokens = statistics.EvictedTokens,
            Digest = outcome.Metrics.Digest,
        };
    }

    private sealed class JobList(IReadOnlyList<InferenceRequest> jobs) : IRequestSource
    {
        private int _next;

        public int Read(Span<InferenceRequest> buffer)
        {
            int count = Math.Min(buffer.Length, jobs.Count - _next);
            for (int i = 0; i < count; i++)
            {
                buffer[i] = jobs[_next++];
            }

            return count;
        }
    }

    private sealed class Recorder(IReadOnlyList<InferenceRequest> jobs, IRunObserver? watcher) : IRunObserver
    {
        private readonly List<JobStay>[] _stays = [.. Enumerable.Range(0, jobs.Count).Select(_ => new List<JobStay>(1))];

        public void Ended(in RequestTimeline timeline) =>
            Invariant.Holds(timeline.Outcome != RequestOutcome.Rejected, "every job fits");

        public void Left(in Stay stay)
        {
            int job = (int)stay.Id.Value;
            _stays[job].Add(new(RoundOf(stay.From), RoundOf(stay.To), jobs[job].PromptTokens + stay.GeneratedTokens, stay.Evicted));
        }

        public bool Continue(Instant now, long arrived, long ended) => watcher?.Continue(now, arrived, ended) ?? true;

        public ScheduledJob JobOf(InferenceRequest job) => new(
            job.Details?.ExternalId ?? job.Id.ToString(), job.PromptTokens, job.OutputTokens, RoundOf(job.Arrival), _stays[(int)job.Id.Value]);
    }
}
