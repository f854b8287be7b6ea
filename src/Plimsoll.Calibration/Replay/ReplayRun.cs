using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies;
using Plimsoll.Serving.Barrier;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Replica;
using Plimsoll.Simulation;
using Plimsoll.Workloads;

namespace Plimsoll.Calibration.Replay;

/// <summary>Puts measured requests, at their recorded arrivals, through a simulated engine.</summary>
public static class ReplayRun
{
    /// <summary>
    /// What each request would have felt like, in the order given; zeros with no tokens for one that the engine could not serve.
    /// </summary>
    /// <param name="engine">The engine.</param>
    /// <param name="stepTime">Time of its steps.</param>
    /// <param name="requests">The requests, in order of arrival.</param>
    /// <param name="sharedPicosecondsPerToken">What each new token of any rank in lockstep adds to the step of all.</param>
    public static RequestLatency[] Predict(
        ReplayEngine engine, IStepTimeModel stepTime, IReadOnlyList<MeasuredRequest> requests, long sharedPicosecondsPerToken = 0)
    {
        double start = requests.Count == 0 ? 0 : requests[0].ArrivalSeconds;
        var watcher = new EndWatcher(requests.Count, engine.FrontEndSeconds);
        SimulationRun.Execute(ScenarioOf(engine, stepTime, sharedPicosecondsPerToken), new Requests(requests, start), new RandomTree(1), watcher);
        return watcher.Latencies;
    }

    /// <summary>The same with a fitted step time.</summary>
    public static RequestLatency[] Predict(ReplayEngine engine, FittedStepTime stepTime, IReadOnlyList<MeasuredRequest> requests) =>
        Predict(engine, stepTime.Model, requests, Picoseconds.FromSeconds(stepTime.SharedSecondsPerToken));

    /// <summary>The same with affine step times.</summary>
    public static RequestLatency[] Predict(ReplayEngine engine, AffineTerms terms, IReadOnlyList<MeasuredRequest> requests) =>
        Predict(engine, terms.Model, requests, Picoseconds.FromSeconds(terms.SharedPerToken));

    private static FleetScenario ScenarioOf(ReplayEngine engine, IStepTimeModel stepTime, long shared) => new()
    {
        Replicas = engine.Lockstep ? 1 : engine.Ranks,
        Replica = new ReplicaConfiguration(engine.Rules, engine.KvBlocks, engine.BlockTokens, stepTime),
        Lockstep = !engine.Lockstep ? null
            : new LockstepConfiguration(engine.Ranks, PolicyCatalog.Balancing.Parse("vllm-dp", out _)!)
            {
                SlotsPerWorker = int.MaxValue,
                SharedPicosecondsPerToken = shared,
            },
        Dispatch = new DispatcherConfiguration(
            PolicyCatalog.Admission.Default, PolicyCatalog.Ordering.Default, PolicyCatalog.Routing.Parse("least-requests", out _)!),
    };

    // In simulated time the first request arrives at zero and reaches the engine a front end later, as all do.
    private sealed class Requests(IReadOnlyList<MeasuredRequest> requests, double start) : IRequestSource
    {
        private int _next;

        public int Read(Span<InferenceRequest> buffer)
        {
            int count = Math.Min(buffer.Length, requests.Count - _next);
            for (int i = 0; i < count; i++, _next++)
            {
                MeasuredRequest request = requests[_next];
                Instant arrival = Instant.FromSeconds(request.ArrivalSeconds - start);
                buffer[i] = new InferenceRequest(new RequestId(_next), arrival, request.PromptTokens, request.OutputTokens);
            }

            return count;
        }
    }

    private sealed class EndWatcher(int requests, double frontEndSeconds) : IRunObserver
    {
        public RequestLatency[] Latencies { get; } = new RequestLatency[requests];

        public void Ended(in RequestTimeline timeline)
        {
            if (timeline.Outcome == RequestOutcome.Completed)
            {
                Latencies[timeline.Id.Value] = new RequestLatency(
                    (timeline.FirstToken - timeline.Arrival).Seconds + frontEndSeconds,
                    (timeline.Finished - timeline.Arrival).Seconds + frontEndSeconds,
                    timeline.OutputTokens);
            }
        }

        public bool Continue(Instant now, long arrived, long ended) => true;
    }
}
