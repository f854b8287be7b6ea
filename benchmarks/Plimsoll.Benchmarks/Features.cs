using Plimsoll.Benchmarks.Measuring;
using Plimsoll.Benchmarks.Setting;
using Plimsoll.Core;
using Plimsoll.Metrics;
using Plimsoll.Policies.Batching;
using Plimsoll.Simulation;
using Plimsoll.Workloads;

namespace Plimsoll.Benchmarks;

/// <summary>What each feature of a run costs, by switching it off or exchanging it, one at a time, at the same traffic.</summary>
internal static class Features
{
    private const double Load = 0.6;
    private const int Times = 9;

    public static string Table(double capacity, long requests)
    {
        var table = new MarkdownTable("run", "ns/request", "CPU ns/request", "steps/request", "ns/step", "bytes/request");
        double rate = Load * capacity;
        Fleets(table, requests, rate);
        Sessions(table, requests, rate);
        foreach (int replicas in (int[])[1, 256])
        {
            FleetScenario fleet = Production.Fleet(replicas);
            double share = rate * replicas / Production.Replicas;
            Add(table, $"{replicas} replicas, the same load on each", () => Production.Run(fleet, Production.Traffic(requests, share)));
        }

        Pieces(table, requests, rate);
        return table.ToString();
    }

    private static void Fleets(MarkdownTable table, long requests, double rate)
    {
        (string Name, FleetScenario Fleet)[] runs =
        [
            ("as it is", Production.Fleet()),
            ("prefix cache off", Production.Fleet(overrides: new EngineOverrides { PrefixCaching = false })),
            ("unlimited KV memory", Production.Fleet(unlimitedKv: true)),
            ("one step in flight", Production.Fleet(overrides: new EngineOverrides { Synchronous = true })),
            ("step time constant", Production.Fleet(stepTime: StepTimes.Constant)),
            ("step time affine", Production.Fleet(stepTime: StepTimes.Affine)),
            ("step time from a table", Production.Fleet(stepTime: StepTimes.Table)),
            ("routing power-of-two", Production.Fleet(routing: "power-of-two")),
            ("routing least-requests", Production.Fleet(routing: "least-requests")),
            ("routing least-kv", Production.Fleet(routing: "least-kv")),
            ("batching sarathi", Production.Fleet(batching: "sarathi")),
            ("batching vllm-v0", Production.Fleet(batching: "vllm-v0")),
            ("batching orca", Production.Fleet(batching: "orca")),
        ];
        foreach ((string name, FleetScenario fleet) in runs)
        {
            Add(table, name, () => Production.Run(fleet, Production.Traffic(requests, rate)));
        }
    }

    // At a quarter of the rate, which the fleet sustains without the cache too.
    private static void Sessions(MarkdownTable table, long requests, double rate)
    {
        double sessionsPerSecond = rate / 4 / Production.TurnsPerSession;
        long sessions = requests / 4 / Production.TurnsPerSession;
        foreach (bool caching in (bool[])[true, false])
        {
            FleetScenario fleet = Production.Fleet(
                routing: caching ? "prefix-aware" : "round-robin", overrides: new EngineOverrides { PrefixCaching = caching });
            string name = caching ? "sessions that share prefixes, prefix-aware" : "the same sessions, no prefix cache, round-robin";
            Add(table, name, () => Production.Run(fleet, Production.Sessions(sessions, sessionsPerSecond)));
        }
    }

    // Parts that cannot be switched off, alone: what they cost is in every line above.
    private static void Pieces(MarkdownTable table, long requests, double rate)
    {
        var buffer = new InferenceRequest[1024];
        AddPart(table, "generation alone", requests, () =>
        {
            IRequestSource traffic = Production.Traffic(requests, rate);
            while (traffic.Read(buffer) > 0)
            {
            }
        });

        var timelines = new Timelines();
        Production.Run(Production.Fleet(), Production.Traffic(requests, rate), timelines);
        AddPart(table, "metrics alone", requests, () =>
        {
            var metrics = new MetricsCollector();
            foreach (ref readonly RequestTimeline timeline in timelines.All)
            {
                metrics.RecordArrival(timeline.Arrival);
                metrics.Record(timeline);
            }
        });
    }

    private static void Add(MarkdownTable table, string name, Func<SimulationOutcome> run)
    {
        var point = Point.Measure(Times, run);
        table.Add(
            name,
            Figures.Nanoseconds(point.LeastSeconds / point.Requests),
            Figures.Nanoseconds(point.LeastCpuSeconds / point.Requests),
            Figures.TwoDecimals((double)point.Steps / point.Requests),
            Figures.Nanoseconds(point.LeastSeconds / point.Steps),
            Figures.OneDecimal(point.BytesPerRequest));
    }

    private static void AddPart(MarkdownTable table, string name, long requests, Action part)
    {
        var point = Point.Measure(Times, requests, part);
        string bytes = Figures.OneDecimal(point.BytesPerRequest);
        table.Add(
            name, Figures.Nanoseconds(point.LeastSeconds / requests), Figures.Nanoseconds(point.LeastCpuSeconds / requests), "", "", bytes);
    }

    private sealed class Timelines : IRunObserver
    {
        private readonly List<RequestTimeline> _all = [];

        public ReadOnlySpan<RequestTimeline> All => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_all);

        public void Ended(in RequestTimeline timeline) => _all.Add(timeline);

        public bool Continue(Instant now, long arrived, long ended) => true;
    }
}
