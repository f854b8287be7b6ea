using Plimsoll.Core;
using Plimsoll.Metrics.Statistics;
using Plimsoll.Simulation.Disaggregation;
using Plimsoll.Testing;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Simulation.Tests.Disaggregation;

public sealed class AfdSimulationTests
{
    private static readonly AfdCosts Published = new(new AffineCost(0.00165, 50), new AffineCost(0.083, 100), new AffineCost(0.022, 20));

    [Fact]
    public void Touching_only_what_ends_is_the_same_as_visiting_every_slot()
    {
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 400); seed++)
        {
            RandomStream dice = Dice.Seeded(seed);
            AfdScenario scenario = Scenario(ref dice);
            var random = new RandomTree(seed);
            AfdOutcome outcome = AfdSimulation.Execute(scenario, random)!;

            AfdOutcome naive = NaiveAfd.Execute(scenario, random, outcome.TicksPerUnit);
            Assert.True(naive == outcome, $"seed {seed}: {outcome} instead of {naive}");
        }
    }

    [Theory]
    [InlineData(2, .55182, .013, .539)]
    [InlineData(4, .65505, .031, .408)]
    [InlineData(6, .69839, .037, .276)]
    [InlineData(7, .70869, .044, .213)]
    [InlineData(8, .71601, .045, .150)]
    [InlineData(9, .71342, .064, .098)]
    [InlineData(10, .69823, .092, .062)]
    [InlineData(12, .66332, .150, .004)]
    [InlineData(16, .54762, .312, 0)]
    [InlineData(24, .40291, .503, 0)]
    [InlineData(32, .31828, .611, 0)]
    public void The_stationary_column(int ratio, double throughput, double attentionIdle, double ffnIdle)
    {
        AfdOutcome outcome = Run(ratio, AfdStart.Stationary);

        Assert.Equal(throughput, outcome.ThroughputPerInstance, 0.01 * throughput);
        Assert.Equal(ffnIdle, outcome.FfnIdleFraction, 0.01);
        Assert.Equal(attentionIdle, outcome.AttentionIdleFraction, 0.01);
    }

    [Theory]
    [InlineData(2, .56153)]
    [InlineData(4, .66881)]
    [InlineData(8, .72578)]
    [InlineData(9, .71938)]
    [InlineData(10, .70290)]
    [InlineData(12, .66367)]
    [InlineData(16, .54763)]
    [InlineData(24, .40291)]
    [InlineData(32, .31828)]
    public void The_column_of_the_empty_start(int ratio, double throughput) =>
        Assert.Equal(throughput, Run(ratio, AfdStart.Empty).ThroughputPerInstance, 0.01 * throughput);

    [Theory]
    [InlineData(AfdStart.Stationary, .41629, 303.018)]
    [InlineData(AfdStart.Empty, .42469, 297.622)]
    public void The_row_of_one_instance_is_one_run_of_many_around_the_closed_form(AfdStart start, double printed, double attentionTime)
    {
        // A single instance is never held up, so the closed form is exact; its load varies by more than one percent from run to run.
        AfdScenario scenario = Default(1) with { Start = start };
        double[] runs = [.. Enumerable.Range(0, 40).Select(i =>
            AfdSimulation.Execute(scenario, new RandomTree(1).Replication(i))!.ThroughputPerInstance)];
        MeanEstimate estimate = MeanEstimate.Of(runs);

        Assert.Equal(256 / 2 / attentionTime, estimate.Mean, 4 * estimate.StandardDeviation / Math.Sqrt(40));
        Assert.InRange(printed, estimate.Mean - (3 * estimate.StandardDeviation), estimate.Mean + (3 * estimate.StandardDeviation));
    }

    [Fact]
    public void The_ffn_waits_three_fifths_of_its_time_for_one_attention_instance() =>
        Assert.Equal(.606, Run(1, AfdStart.Stationary).FfnIdleFraction, 0.01);

    [Fact]
    public void Instances_of_constant_load_keep_the_beat_of_the_slowest_stage()
    {
        // One token of output: every step reads the prompts alone, 100 tokens in each of 10 slots.
        var scenario = new AfdScenario
        {
            Ratio = 3,
            SlotsPerInstance = 10,
            Microbatches = 1,
            Costs = new AfdCosts(new AffineCost(0.01, 5), new AffineCost(0.1, 1), new AffineCost(0.2, 4)),
            Steps = 7,
            Traffic = Traffic(new ConstantLength(100), new ConstantLength(1)),
        };

        AfdOutcome alone = AfdSimulation.Execute(scenario, new RandomTree(1))!;
        AfdOutcome many = AfdSimulation.Execute(scenario with { Microbatches = 5 }, new RandomTree(1))!;

        // Attention 15, there and back 6, FFN 4: alone one after the other, in fives Attention never waits but at the end.
        Assert.Equal(7 * 25, alone.EndTicks / alone.TicksPerUnit);
        Assert.Equal((7 * 5 * 15) + 10, many.EndTicks / many.TicksPerUnit);
        Assert.Equal(210, alone.Completions);
        Assert.Equal(100, alone.MeanSlotLoad);
        Assert.Equal(1 - (15.0 / 25), alone.AttentionIdleFraction, 1e-12);
        Assert.Equal(1 - (4.0 / 25), alone.FfnIdleFraction, 1e-12);
        Assert.Equal(30 * 7 / 175.0 / 4, alone.ThroughputPerInstance, 1e-12);
    }

    [Fact]
    public void Communication_that_all_share_grows_with_the_ratio()
    {
        var costs = new AfdCosts(new AffineCost(0, 1), new AffineCost(0, 1), new AffineCost(0.5, 0), CommunicationScaling.AllInstances);
        var scenario = new AfdScenario
        {
            Ratio = 6,
            SlotsPerInstance = 2,
            Microbatches = 1,
            Costs = costs,
            Steps = 10,
            Traffic = Traffic(new ConstantLength(1), new ConstantLength(3)),
        };

        AfdOutcome shared = AfdSimulation.Execute(scenario, new RandomTree(1))!;
        AfdOutcome own = AfdSimulation.Execute(
            scenario with { Costs = costs with { Scaling = CommunicationScaling.OneInstance } }, new RandomTree(1))!;

        Assert.Equal(10 * (1 + 1 + 6), shared.EndTicks / shared.TicksPerUnit);
        Assert.Equal(10 * (1 + 1 + 1), own.EndTicks / own.TicksPerUnit);
    }

    [Theory]
    [InlineData("geometric:500")]
    [InlineData("const:300")]
    [InlineData("uniform:1:999")]
    public void Stationary_slots_stay_as_they_began(string output)
    {
        LengthDistribution lengths = LengthParser.TryParse(output, File.OpenRead, out LengthDistribution? parsed, out _) ? parsed : null!;
        var age = new StationaryAge(lengths);
        AfdScenario scenario = Default(1) with
        {
            Traffic = new DrawnTraffic(new ConstantLength(100), lengths, age),
            SlotsPerInstance = 20_000,
        };
        double expected = 100 + age.Mean;
        double error = 4 * Math.Sqrt(age.Variance / (2 * 20_000));

        foreach (int steps in new[] { 1, 170, 900 })
        {
            AfdOutcome outcome = AfdSimulation.Execute(scenario with { Steps = steps }, new RandomTree(3))!;
            Assert.Equal(expected, outcome.MeanSlotLoad, error);
        }
    }

    [Fact]
    public void Recorded_requests_stay_in_pairs_and_long_ones_are_found_more_often()
    {
        var traffic = new RecordedTraffic([new SlotRequest(100, 900), new SlotRequest(900, 100)]);
        RandomStream dice = Dice.Seeded(5);
        int longOnes = 0;
        double ages = 0;
        for (int i = 0; i < 20_000; i++)
        {
            SlotRequest fresh = traffic.Fresh(ref dice);
            SlotRequest found = traffic.Found(ref dice);
            Assert.Equal((1000, 0), (fresh.PromptTokens + fresh.OutputTokens, fresh.Age));
            Assert.Equal(1000, found.PromptTokens + found.OutputTokens);
            Assert.InRange(found.Age, 0, found.OutputTokens - 1);
            longOnes += found.OutputTokens == 900 ? 1 : 0;
            ages += found.Age;
        }

        Assert.Equal((500, 500), (traffic.MeanPromptTokens, traffic.MeanOutputTokens));
        Assert.Equal(0.9, longOnes / 20_000.0, 0.0085);
        Assert.Equal((0.9 * 449.5) + (0.1 * 49.5), ages / 20_000, 8.0);
    }

    [Fact]
    public void Instances_meet_the_same_requests_whatever_the_ratio()
    {
        AfdOutcome one = Run(1, AfdStart.Stationary, steps: 50);
        AfdOutcome two = Run(2, AfdStart.Stationary, steps: 50);
        AfdScenario cheap = Default(1) with { Costs = Published with { Ffn = new AffineCost(0, 1) }, Steps = 50 };

        Assert.Equal(one.LoadTokenSteps, AfdSimulation.Execute(cheap, new RandomTree(1))!.LoadTokenSteps);
        Assert.InRange(two.LoadTokenSteps, one.LoadTokenSteps + 1, long.MaxValue);
    }

    [Fact]
    public void The_same_seed_gives_the_same_run_and_another_another()
    {
        AfdOutcome first = Run(4, AfdStart.Empty, steps: 300);

        Assert.Equal(first, Run(4, AfdStart.Empty, steps: 300));
        AfdScenario scenario = Default(4) with { Start = AfdStart.Empty, Steps = 300 };
        Assert.NotEqual(first.Digest, AfdSimulation.Execute(scenario, new RandomTree(2))!.Digest);
    }

    [Fact]
    public void Coefficients_in_another_unit_give_the_same_answer_in_that_unit()
    {
        static AffineCost Scaled(AffineCost cost, double by) => new(cost.PerToken * by, cost.Fixed * by);
        AfdOutcome micro = Run(8, AfdStart.Stationary, steps: 500);
        foreach (double unit in new[] { 1e-6, 1e3 })
        {
            var costs = new AfdCosts(
                Scaled(Published.Attention, unit), Scaled(Published.Ffn, unit), Scaled(Published.Communication, unit));
            AfdOutcome other = AfdSimulation.Execute(Default(8) with { Costs = costs, Steps = 500 }, new RandomTree(1))!;

            Assert.Equal(micro.ThroughputPerInstance, other.ThroughputPerInstance * unit, 1e-9);
            Assert.Equal(micro.AttentionIdleFraction, other.AttentionIdleFraction, 1e-9);
        }
    }

    [Fact]
    public void A_run_can_be_stopped() => Assert.Null(AfdSimulation.Execute(Default(2), new RandomTree(1), () => true));

    [Fact]
    public void Steps_that_take_no_time_are_refused()
    {
        AfdScenario scenario = Default(2) with { Costs = new AfdCosts(default, default, default) };

        Assert.Throws<ArgumentOutOfRangeException>(() => AfdSimulation.Execute(scenario, new RandomTree(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => AfdSimulation.Execute(Default(0), new RandomTree(1)));
    }

    private static AfdOutcome Run(int ratio, AfdStart start, int steps = 19_531) =>
        AfdSimulation.Execute(Default(ratio) with { Start = start, Steps = steps }, new RandomTree(1))!;

    private static AfdScenario Default(int ratio) => new()
    {
        Ratio = ratio,
        SlotsPerInstance = 256,
        Costs = Published,
        Steps = 19_531,
        Traffic = Traffic(new ConstantLength(100), new GeometricLength(500)),
    };

    private static DrawnTraffic Traffic(LengthDistribution prompt, LengthDistribution output) =>
        new(prompt, output, new StationaryAge(output));

    private static AfdScenario Scenario(ref RandomStream dice)
    {
        LengthDistribution output = dice.NextBelow(4) switch
        {
            0 => new ConstantLength(1 + (int)dice.NextBelow(9)),
            1 => new UniformLength(1, 1 + (int)dice.NextBelow(40)),
            2 => new GeometricLength(1 + (20 * dice.NextOpenUnit())),
            _ => new LogNormalLength(8, 12),
        };
        SlotTraffic traffic = dice.NextBelow(3) == 0
            ? new RecordedTraffic([.. Requests(ref dice)])
            : Traffic(new UniformLength(1, 1 + (int)dice.NextBelow(50)), output);
        return new AfdScenario
        {
            Ratio = 1 + (int)dice.NextBelow(6),
            SlotsPerInstance = 1 + (int)dice.NextBelow(12),
            Microbatches = 1 + (int)dice.NextBelow(4),
            Costs = new AfdCosts(
                new AffineCost(0.1 * dice.NextOpenUnit(), dice.NextBelow(20)),
                new AffineCost(dice.NextOpenUnit(), dice.NextBelow(20)),
                new AffineCost(dice.NextOpenUnit(), dice.NextBelow(20)),
                (CommunicationScaling)dice.NextBelow(2)),
            Steps = 1 + (int)dice.NextBelow(150),
            Start = (AfdStart)dice.NextBelow(2),
            Traffic = traffic,
        };
    }

    private static List<SlotRequest> Requests(ref RandomStream dice)
    {
        var requests = new List<SlotRequest>();
        for (long left = dice.NextBelow(9); left >= 0; left--)
        {
            requests.Add(new SlotRequest(1 + (int)dice.NextBelow(60), 1 + (int)dice.NextBelow(30)));
        }

        return requests;
    }
}
