using Plimsoll.Performance.StepTime;
using Plimsoll.Planning.LoadLine;
using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Batching.Waiting;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Planning.Tests.LoadLine;

/// <summary>Vectors of scheduling theory, sections 1.4, 6.2, 6.3 and 7.</summary>
public sealed class LoadLineTests
{
    [Fact]
    public void Lines_and_guarantees_of_the_published_workloads()
    {
        (RequestMoments Moments, double Step, double Line, double Guaranteed)[] vectors =
        [
            (Setting.OneToOne, 0.0372, 3.2632, 3.184),
            (Setting.TwoToOne, 0.0430, 3.9563, 3.860),
            (Setting.OneToTwo, 0.0337, 2.9016, 2.831),
        ];
        Assert.All(vectors, vector =>
        {
            LoadLineEstimate line = Setting.Line(vector.Moments, vector.Step);
            Assert.Equal(vector.Line, line.RequestsPerSecond, 1e-4);
            Assert.Equal(vector.Guaranteed, line.GuaranteedStableBelow, 1e-3);
            Assert.Equal(BindingLimit.Memory, line.Binding);
            Assert.Equal(line.RequestsPerSecond, line.MemoryBound);
            Assert.Equal(double.PositiveInfinity, line.ComputeBound);
        });
        Assert.Equal(0.0244, Setting.Line(Setting.OneToOne, 0.0372).MaxFraction, 1e-4);
    }

    [Fact]
    public void Eight_replicas_with_the_step_that_the_published_line_implies() =>
        Assert.Equal(25.808, 8 * Setting.Line(Setting.OneToOne, 0.03763).RequestsPerSecond, 5e-3);

    [Fact]
    public void The_mixture_of_two_phases_is_the_harmonic_mean()
    {
        double first = Setting.Line(Setting.TwoToOne, 0.0430).RequestsPerSecond;
        double second = Setting.Line(Setting.OneToTwo, 0.0337).RequestsPerSecond;

        Assert.Equal(3.348, PhaseMixture.RequestsPerSecond((0.5, first), (0.5, second)), 1e-3);
        Assert.Equal(3.385, PhaseMixture.RequestsPerSecond((0.536, first), (0.464, second)), 1e-3);
        Assert.Equal(first, PhaseMixture.RequestsPerSecond((3, first)), 1e-12);
    }

    [Theory]
    [InlineData(100, 3.263, 0.9, 35)]
    [InlineData(100, 3.263, 1, 31)]
    [InlineData(500, 2.902, 0.9, 192)]
    [InlineData(26, 3.263, 0.9, 9)]
    [InlineData(30, 3, 1, 10)]
    [InlineData(0.3, 0.1, 1, 3)]
    [InlineData(1e-6, 3, 1, 1)]
    public void Replicas_for_a_rate(double rate, double line, double utilization, double replicas) =>
        Assert.Equal(replicas, FleetSizing.Replicas(rate, line, utilization));

    [Fact]
    public void The_token_budget_binds_where_memory_does_not()
    {
        RequestMoments moments = LawMoments.Of(new ConstantLength(400), new ConstantLength(100), 512);
        var replica = new ReplicaLimits { KvTokens = double.PositiveInfinity, StepTime = new ConstantStepTime(0.025), TokenBudget = 512 };

        LoadLineEstimate line = LoadLineEstimate.Of(moments, replica);

        Assert.Equal(40.96, line.RequestsPerSecond, 1e-12);
        Assert.Equal(40.96, line.ComputeBound, 1e-12);
        Assert.Equal(40.96, line.GuaranteedStableBelow, 1e-12);
        Assert.Equal(BindingLimit.Compute, line.Binding);
        Assert.Equal(double.PositiveInfinity, line.MemoryBound);
        LoadLineEstimate both = LoadLineEstimate.Of(moments, replica with { KvTokens = 20_000 });
        Assert.Equal(BindingLimit.Memory, both.Binding);
        Assert.Equal(Math.Min(both.MemoryBound, both.ComputeBound), both.RequestsPerSecond);
        LoadLineEstimate places = LoadLineEstimate.Of(moments, replica with { MaxSequences = 50 });
        Assert.Equal(BindingLimit.Sequences, places.Binding);
        Assert.Equal(50 / (0.025 * (100 + (400 / 512.0))), places.RequestsPerSecond, 1e-9);
    }

    [Fact]
    public void Peak_reservation_reaches_seven_tenths_of_the_line()
    {
        LoadLineEstimate line = Setting.Line(Setting.OneToOne, 1);

        Assert.Equal(0.08671, line.PeakReservationRate, 1e-5);
        Assert.Equal(0.714, PolicyEfficiency.For(line).Single(policy => policy.Name == "peak reservation").Factor, 1e-3);
    }

    [Fact]
    public void Littles_law_ties_requests_and_tokens_in_memory_together()
    {
        LoadLineEstimate line = Setting.Line(Setting.OneToOne, 0.0372);
        RequestMoments moments = line.Moments;

        Assert.Equal(line.RequestsPerSecond * 0.0372 * ((805 / 512.0) + 805), line.ResidentRequests, 1e-9);
        Assert.Equal(Setting.KvTokens, line.ResidentTokens, 1e-6);
        // Section 7.3: n·(θ + 1) with the slot load θ of attention workers, but for the ramps of prompts.
        double theta = (moments.Product + ((moments.OutputSquared - moments.Output) / 2)) / moments.Output;
        double decoding = line.RequestsPerStep * moments.Output;
        Assert.Equal(line.ResidentTokens, decoding * (theta + 1), 0.002 * line.ResidentTokens);
    }

    [Fact]
    public void A_step_that_grows_with_the_load_is_taken_at_the_full_batch()
    {
        (double c0, double perRow, double perToken) = (0.0125, 1e-5, 2e-7);
        LoadLineEstimate line = LoadLineEstimate.Of(
            Setting.OneToOne, Setting.Replica(1) with { StepTime = new AffineStepTime(c0, 0, perRow, perToken) });
        double rows = line.RequestsPerStep * 804;
        double context = line.RequestsPerStep * (Setting.OneToOne.Product - 805 + ((Setting.OneToOne.OutputSquared - 805) / 2));

        Assert.Equal(c0 + (perRow * rows) + (perToken * context), line.StepSeconds, 1e-6 * line.StepSeconds);
        Assert.Equal(c0 + (perRow * line.ResidentRequests) + (perToken * Setting.KvTokens), line.StepSeconds, 0.005 * line.StepSeconds);
        Assert.Equal(Setting.KvTokens / (line.StepSeconds * line.OccupiedTokenSteps), line.RequestsPerSecond, 1e-9);
    }

    [Fact]
    public void What_chunks_add_to_a_step_is_averaged_over_steps_with_and_without_them()
    {
        // A cost for mixing is paid only in steps that mix: 1 − e^(−chunks per step) of them.
        (double c0, double perToken, double mixed) = (0.01, 1e-7, 1e-7);
        LoadLineEstimate line = LoadLineEstimate.Of(
            Setting.OneToOne, Setting.Replica(1) with { StepTime = new AffineStepTime(c0, 0, 0, perToken, mixed) });
        double context = line.RequestsPerStep * (Setting.OneToOne.Product - 805 + ((Setting.OneToOne.OutputSquared - 805) / 2));
        double share = 1 - Math.Exp(-line.RequestsPerStep * Setting.OneToOne.Chunks);

        Assert.Equal(c0 + (perToken * context) + (mixed * share * context), line.StepSeconds, 1e-6 * line.StepSeconds);
    }

    [Fact]
    public void Below_the_line_a_step_is_as_long_as_what_it_admits_makes_it()
    {
        LoadLineEstimate line = LoadLineEstimate.Of(
            Setting.OneToOne, Setting.Replica(1) with { StepTime = new AffineStepTime(0.0125, 1e-6, 1e-5, 2e-7) });
        for (int tenths = 1; tenths < 10; tenths++)
        {
            double rate = line.RequestsPerSecond * tenths / 10;
            double steps = line.RequestsPerStepAt(rate);
            Assert.Equal(rate, steps / line.StepSecondsAt(steps), 1e-6 * rate);
        }

        Assert.Equal(double.PositiveInfinity, line.RequestsPerStepAt(line.RequestsPerSecond));
    }

    [Fact]
    public void The_fluid_balance_is_the_same_memory_with_prompts_that_take_one_step()
    {
        // Section 6.2: d0 = .0125 s, d1 = 1e-6 s a token, prompt 200, output 300.
        double tokenSteps = RequestMemory.WholeTokenSteps(200, 300, 512);
        var step = new LinearStepTime(0.0125, 1e-6, 0, 0);
        FluidThresholds Balance(double rate) => FluidThresholds.Of([new FluidType(rate, 200, 300)], step);

        Assert.Equal(9.4922, 1 / (1e-6 * tokenSteps), 1e-4);
        Assert.Equal(3_336.8, Balance(2).KvTokens, 0.05);
        Assert.Equal(2 * Balance(2).StepSeconds * tokenSteps, Balance(2).KvTokens, 1e-6);
        Assert.Equal(228_580, Balance(9).KvTokens, 0.5);
        Assert.False(Balance(9.4923).Feasible);

        // The load line of a replica with that much memory is that rate.
        RequestMoments moments = LawMoments.Of(new ConstantLength(200), new ConstantLength(300), 200);
        LoadLineEstimate line = LoadLineEstimate.Of(
            moments, new ReplicaLimits { KvTokens = Balance(9).KvTokens, StepTime = new AffineStepTime(0.0125, 0, 0, 1e-6) });
        Assert.Equal(9, line.RequestsPerSecond, 0.09);
    }

    [Fact]
    public void Elasticities_are_those_of_the_formula()
    {
        RequestMoments moments = Setting.OneToOne;
        Dictionary<string, double> found = Elasticity.Of(Setting.Line(moments, 0.0372)).ToDictionary(each => each.Parameter, each => each.Value);
        double ramp = moments.PromptSquared / 512;

        Assert.Equal(-(moments.Prompt + (2 * ramp) + (2 * moments.Product)) / (2 * moments.TokenSteps), found["prompt length"], 1e-5);
        Assert.Equal(
            -((2 * moments.Product) + moments.Output + (2 * moments.OutputSquared)) / (2 * moments.TokenSteps), found["output length"], 1e-5);
        Assert.Equal(1, found["KV memory"], 1e-9);
        Assert.Equal(-1, found["step time"]);
        Assert.Equal(ramp / (2 * moments.TokenSteps), found["prefill chunk"], 1e-5);
    }

    [Fact]
    public void Blocks_cost_half_of_one_a_request()
    {
        LoadLineEstimate tokens = Setting.Line(Setting.OneToOne, 0.0372);
        LoadLineEstimate blocks = LoadLineEstimate.Of(Setting.OneToOne, Setting.Replica(0.0372) with { BlockTokens = 16 });

        Assert.Equal(Setting.KvTokens, blocks.RequestsPerStep * (tokens.OccupiedTokenSteps + (7.5 * Setting.OneToOne.ResidentSteps)), 1e-6);
    }

    [Fact]
    public void Several_kinds_of_replicas_add_up_if_traffic_follows_their_lines()
    {
        var fleet = new MixedFleet([new EngineLine("a", 4, 10), new EngineLine("b", 2, 4)]);

        Assert.Equal(48, fleet.RequestsPerSecond);
        Assert.Equal(24, fleet.EvenlyRouted);
        Assert.Equal([2, 4], fleet.MoreOfEach(57.6, 0.9));
        Assert.Equal([0, 0], fleet.MoreOfEach(43.2, 0.9));
    }

    [Fact]
    public void A_request_as_large_as_memory_leaves_no_guarantee()
    {
        LoadLineEstimate line = LoadLineEstimate.Of(Setting.OneToOne, Setting.Replica(0.0372) with { KvTokens = 3200 });

        Assert.Equal(1, line.MaxFraction);
        Assert.Equal(0, line.GuaranteedStableBelow);
    }

    [Fact]
    public void Without_any_limit_there_is_no_line() => Assert.Throws<ArgumentException>(
        () => LoadLineEstimate.Of(Setting.OneToOne, Setting.Replica(1) with { KvTokens = double.PositiveInfinity }));
}
