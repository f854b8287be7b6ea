using System.Globalization;
using Plimsoll.Core;
using Plimsoll.Gateway.Hosting;
using Plimsoll.Gateway.Observing.Live;
using Plimsoll.Metrics.Reports;
using Plimsoll.Policies;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Replica;
using Plimsoll.Simulation;

namespace Plimsoll.Cli.Setup.Serving;

/// <summary>"What if" by the simulator: the recorded lengths and arrivals, twice, with the same dice.</summary>
/// <param name="engine">The engine behind the gateway.</param>
/// <param name="reports">How often the gateway hears from its engines.</param>
internal sealed class SimulatedWhatIf(LiveEngine engine, Duration reports) : IWhatIf
{
    private const int FewestRequests = 10;
    private const ulong Seed = 1;

    public WhatIfAnswer Compare(WhatIfQuestion question, CancellationToken stop)
    {
        LiveTraffic traffic = question.Traffic;
        List<string> problems = [];
        ServingPolicies asked = LivePolicies.Over(
            new ServingPolicies(traffic.Policies),
            question.Admission,
            question.Ordering,
            question.Routing,
            question.Window,
            Predicted(traffic) ? Signals.PredictedLength : Signals.None,
            (name, what) => problems.Add($"{name}: {what}"));
        if (asked.AdaptsWindows)
        {
            problems.Add("window: adaptive windows are not simulated; give a number, or none");
        }

        DispatcherConfiguration other = asked.Dispatch;
        if (traffic.Requests.Count < FewestRequests)
        {
            problems.Add($"only {traffic.Requests.Count} requests completed in that time; at least {FewestRequests} are needed");
        }

        if (traffic.Replicas == 0)
        {
            problems.Add("no replica takes requests");
        }

        (ReplicaConfiguration Replica, string Basis)? known = engine.Of(traffic);
        if (known is null)
        {
            problems.Add("the engine's speed is not known yet: stream some answers, or describe it under engine: in the configuration");
        }

        if (problems.Count > 0)
        {
            return new WhatIfAnswer { Problems = problems };
        }

        try
        {
            return new WhatIfAnswer
            {
                Current = Run(traffic, known!.Value.Replica, traffic.Policies, stop),
                Other = Run(traffic, known.Value.Replica, other, stop),
                Notes = [known.Value.Basis, .. Notes(traffic)],
            };
        }
        catch (NoProgressException stuck)
        {
            return new WhatIfAnswer { Problems = [stuck.Message] };
        }
    }

    // Requests carry the guess that the gateway made when they arrived.
    private static bool Predicted(LiveTraffic traffic) => traffic.Requests.Any(request => request.Details?.PredictedOutputTokens > 0);

    private static IEnumerable<string> Notes(LiveTraffic traffic)
    {
        yield return
            "Both columns are simulated, so that only the policies differ; compare the first with the measured latencies before believing the second.";
        yield return "Requests that were refused, failed or were given up are left out, and clients are taken to arrive when they did.";
        if (traffic.AdaptsWindows)
        {
            yield return $"Windows adapt; both columns hold them at what they are now on average, {traffic.Policies.WindowRequests}, or at what was asked.";
        }

        if (Predicted(traffic))
        {
            yield return "Lengths are predicted as the gateway predicted them when the requests arrived.";
        }
    }

    private WhatIfRun Run(LiveTraffic traffic, ReplicaConfiguration replica, DispatcherConfiguration policies, CancellationToken stop)
    {
        var scenario = new FleetScenario
        {
            Replicas = traffic.Replicas,
            Replica = replica,
            Dispatch = policies,
            ReportInterval = reports,
        };
        var source = new RecordedLengthsSource(traffic.Requests);
        SimulationOutcome outcome = SimulationRun.Execute(scenario, source, new RandomTree(Seed), new Leaver(stop));
        stop.ThrowIfCancellationRequested();
        var report = RunReport.From(outcome.Metrics);
        string window = policies.WindowRequests?.ToString(CultureInfo.InvariantCulture) ?? "none";
        return new WhatIfRun(
            $"{policies.Admission}, {policies.Ordering}, {policies.Routing}, window {window}",
            report.Requests.Completed,
            report.Requests.Rejected,
            report.Queue,
            report.Ttft,
            report.Tpot,
            report.E2e);
    }

    private sealed class Leaver(CancellationToken stop) : IRunObserver
    {
        public void Ended(in RequestTimeline timeline)
        {
            // Only the totals count.
        }

        public bool Continue(Instant now, long arrived, long ended) => !stop.IsCancellationRequested;
    }
}
