using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Power;
using Plimsoll.Serving.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Simulation.Tests.Energy;

/// <summary>What holds of the energy of any fleet.</summary>
public sealed class EnergyTests
{
    private const double IdleWatts = 110;
    private const double PromptWatts = 647.5;
    private static readonly GpuPowerModel H100 = new(CatalogReader.BuiltIn.FindGpu("h100")!);

    [Fact]
    public void One_request_by_hand()
    {
        // Ten milliseconds for the prompt, twice as many for the two tokens after the first, ten idle until the last arrives, refused.
        FleetScenario scenario = Fleets.Of(1, Small()) with { Power = H100, AcceleratorsPerReplica = 2 };
        InferenceRequest[] requests = Requests.Of([(0, 100, 3), (0.040, 1_000_000, 1)]);

        RunReport report = Report(scenario, requests);

        double joules = 2 * ((0.010 * PromptWatts) + (0.020 * H100.DecodeWatts(1)) + (0.010 * IdleWatts));
        Assert.Equal(1, report.Requests.Rejected);
        Assert.Equal(joules, report.Energy!.Joules, 1e-9);
        Assert.Equal(joules / 3, report.Energy.JoulesPerOutputToken, 1e-9);
        Assert.Equal(joules / 0.040, report.Energy.MeanWatts, 1e-9);
    }

    [Fact]
    public void Without_work_energy_is_idle_power_times_time_and_twice_the_replicas_draw_twice_as_much()
    {
        InferenceRequest[] refused = Requests.Of([(1, 1_000_000, 1), (3, 1_000_000, 1), (8, 1_000_000, 1)]);
        FleetScenario three = Fleets.Of(3, Small()) with { Power = H100, AcceleratorsPerReplica = 4 };

        EnergySummary energy = Report(three, refused).Energy!;

        Assert.Equal(3 * 4 * IdleWatts * 7, energy.Joules, 1e-9);
        Assert.Equal(3 * 4 * IdleWatts, energy.MeanWatts, 1e-9);
        Assert.Equal(double.NaN, energy.JoulesPerOutputToken);
        Assert.Equal(2 * energy.Joules, Report(three with { Replicas = 6 }, refused).Energy!.Joules, 1e-9);
    }

    [Fact]
    public void The_energy_of_a_fleet_is_that_of_its_replicas_and_lies_between_idle_and_the_most_a_step_draws()
    {
        for (ulong seed = 1; seed <= 50; seed++)
        {
            FleetScenario scenario = Fleets.Of(4, Fleets.Plain(stepsInFlight: 1 + (int)(seed % 2)), "power-of-two") with { Power = H100 };

            RunReport report = Report(scenario, Traffic(seed), seed);

            Assert.Equal(report.Replicas.Sum(replica => replica.Joules), report.Energy!.Joules, 1e-9 * report.Energy.Joules);
            Assert.InRange(report.Energy.MeanWatts, 4 * IdleWatts, 4 * PromptWatts);
            Assert.All(report.Replicas, replica => Assert.InRange(
                replica.Joules / report.DurationSeconds, IdleWatts, IdleWatts + (replica.BusyFraction * (PromptWatts - IdleWatts))));
        }
    }

    [Fact]
    public void More_accelerators_that_do_the_same_draw_so_many_times_as_much()
    {
        FleetScenario one = Fleets.Of(2, Fleets.Plain()) with { Power = H100 };

        double joules = Report(one, Traffic(1)).Energy!.Joules;

        Assert.Equal(8 * joules, Report(one with { AcceleratorsPerReplica = 8 }, Traffic(1)).Energy!.Joules, 1e-9 * joules);
    }

    [Fact]
    public void The_account_changes_nothing_that_happens_and_is_left_out_where_no_power_is_known()
    {
        FleetScenario scenario = Fleets.Of(3, Fleets.Plain(stepsInFlight: 2), "least-kv");

        (RunReport without, RunReport with) = (Report(scenario, Traffic(2)), Report(scenario with { Power = H100 }, Traffic(2)));

        Assert.Equal(without.Digest, with.Digest);
        Assert.Null(without.Energy);
        Assert.All(without.Replicas, replica => Assert.Equal(double.NaN, replica.Joules));
    }

    [Fact]
    public void A_run_that_is_stopped_in_the_middle_of_a_leap_has_drawn_what_its_steps_took()
    {
        // One request alone: 10 ms of prompt, then steps of 10 ms over which the engine leaps. The step that the stop cuts counts in whole.
        FleetScenario scenario = Fleets.Of(1, Fleets.Plain()) with { Power = H100, StopAt = Instant.FromSeconds(5.005) };

        RunReport report = Report(scenario, Requests.Of([(0, 100, 10_000)]));

        Assert.True(report.Partial);
        Assert.Equal((0.010 * PromptWatts) + (5.000 * H100.DecodeWatts(1)), report.Energy!.Joules, 1e-6);
        Assert.Equal(501, report.Energy.Joules / report.Energy.JoulesPerOutputToken, 1e-6);
    }

    [Fact]
    public void Requests_that_hang_up_leave_tokens_that_count()
    {
        InferenceRequest[] requests =
            [new(new RequestId(0), Instant.Zero, 100, 50, new RequestDetails { CancelledAfterTokens = 20 })];

        EnergySummary energy = Report(Fleets.Of(1, Fleets.Plain()) with { Power = H100 }, requests).Energy!;

        Assert.Equal(energy.Joules / 20, energy.JoulesPerOutputToken, 1e-9);
    }

    private static ReplicaConfiguration Small() => Fleets.Plain() with { KvBlocks = 1000 };

    private static InferenceRequest[] Traffic(ulong seed)
    {
        RandomStream dice = new RandomTree(seed).Stream("traffic");
        return PoissonTraffic.Of(ref dice, 10, 200, PoissonTraffic.Geometric(100), PoissonTraffic.Geometric(40));
    }

    private static RunReport Report(FleetScenario scenario, InferenceRequest[] requests, ulong seed = 1) =>
        SimulationReport.Of(RecordedRun.Of(scenario, requests, seed).Outcome, seed);
}
