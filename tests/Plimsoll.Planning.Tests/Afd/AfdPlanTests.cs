using Plimsoll.Core;
using Plimsoll.Planning.Afd;
using Plimsoll.Simulation.Disaggregation;
using Plimsoll.Testing;

namespace Plimsoll.Planning.Tests.Afd;

/// <summary>Vectors of scheduling theory, sections 2.2, 2.3 and 2.5, and optima against the search of a fine grid.</summary>
public sealed class AfdPlanTests
{
    [Theory]
    [InlineData(256, 100, 500, 9.3007, 2.1694, 9.3007)]
    [InlineData(256, 500, 500, 17.2525, 2.1694, 17.2525)]
    [InlineData(256, 100, 100, 1.5525, 2.1694, 2.1694)]
    [InlineData(128, 100, 500, 7.0745, 3.0680, 7.0745)]
    [InlineData(512, 100, 500, 10.2234, 1.5340, 10.2234)]
    public void Mean_field_optima_of_version_one(int slots, int prompt, double output, double attentionBound, double peak, double ratio)
    {
        MeanFieldOptimum optimum = Settings.Plan(slots, prompt, output, horizon: 10_000).MeanField;

        Assert.Equal(attentionBound, optimum.AttentionBound, 1e-3);
        Assert.Equal(peak, optimum.Peak, 1e-3);
        Assert.Equal(ratio, optimum.Ratio, 1e-3);
    }

    [Fact]
    public void Without_a_horizon_the_bound_moves_and_communication_never_binds()
    {
        MeanFieldOptimum optimum = Settings.Plan(256, 100, 500).MeanField;

        Assert.Equal(9.555, optimum.Ratio, 1e-3);
        Assert.Equal(-3.5, optimum.CommunicationBound, 1e-3);
    }

    [Theory]
    [InlineData(1, 297.622, .43008, 0, .593)]
    [InlineData(2, 297.622, .57343, 0, .521)]
    [InlineData(4, 297.622, .68812, 0, .378)]
    [InlineData(8, 297.622, .76458, 0, .093)]
    [InlineData(9, 297.622, .77414, 0, .021)]
    [InlineData(10, 312.480, .74477, .048, 0)]
    [InlineData(16, 439.968, .54763, .324, 0)]
    [InlineData(24, 609.952, .40292, .512, 0)]
    [InlineData(32, 779.936, .31829, .618, 0)]
    public void The_formula_table_of_version_one(int ratio, double step, double throughput, double attentionIdle, double ffnIdle)
    {
        AfdStep point = Settings.Plan(256, 100, 500, horizon: 10_000).Curve[ratio - 1].MeanField;

        Assert.Equal(step, point.Time, 6e-4);
        Assert.Equal(throughput, point.ThroughputPerInstance, 6e-6);
        Assert.Equal(attentionIdle, point.AttentionIdleFraction, 6e-4);
        Assert.Equal(ffnIdle, point.FfnIdleFraction, 6e-4);
    }

    [Theory]
    [InlineData(1, 121.25, 303.018, 303.018, .42242, .42242)]
    [InlineData(2, 142.50, 303.018, 310.457, .56322, .54973)]
    [InlineData(4, 184.99, 303.018, 316.592, .67587, .64689)]
    [InlineData(6, 227.49, 303.018, 319.728, .72414, .68630)]
    [InlineData(7, 248.74, 303.018, 320.848, .73923, .69815)]
    [InlineData(8, 269.98, 303.018, 321.790, .75096, .70715)]
    [InlineData(9, 291.23, 303.018, 322.600, .76035, .71420)]
    [InlineData(10, 312.48, 312.480, 323.489, .74477, .71943)]
    [InlineData(12, 354.98, 354.976, 354.977, .66570, .66570)]
    [InlineData(16, 439.97, 439.968, 439.968, .54763, .54763)]
    [InlineData(24, 609.95, 609.952, 609.952, .40292, .40292)]
    [InlineData(32, 779.94, 779.936, 779.936, .31829, .31829)]
    public void The_table_of_the_barrier(
        int ratio, double ffn, double meanField, double barrier, double meanFieldThroughput, double barrierThroughput)
    {
        AfdCurvePoint point = Settings.Plan(256, 100, 500).Curve[ratio - 1];

        Assert.Equal(ffn, point.FfnTime, 6e-3);
        Assert.Equal(meanField, point.MeanField.Time, 6e-4);
        Assert.Equal(barrier, point.BarrierAware.Time, 6e-4);
        Assert.Equal(meanFieldThroughput, point.MeanField.ThroughputPerInstance, 6e-6);
        Assert.Equal(barrierThroughput, point.BarrierAware.ThroughputPerInstance, 6e-6);
    }

    [Fact]
    public void Whole_optima_of_the_default_setting()
    {
        AfdPlan plan = Settings.Plan(256, 100, 500);
        var model = new AfdModel(Settings.Costs, 256, plan.Question.Workload.Law.Mean, plan.Question.Workload.Law.Deviation);

        Assert.Equal(303.018, model.AttentionTime, 6e-4);
        Assert.Equal(13.187, model.AttentionDeviation, 6e-4);
        Assert.Equal(9, plan.MeanFieldBest.Ratio);
        Assert.Equal(10, plan.BarrierAware.Ratio);
        Assert.Null(plan.BarrierAwareEnergy);
    }

    [Theory]
    [InlineData(256, 100, 500, 9)]
    [InlineData(256, 500, 500, 17)]
    [InlineData(256, 100, 100, 3)]
    [InlineData(128, 100, 500, 6)]
    [InlineData(512, 100, 500, 10)]
    public void Optima_with_two_microbatches(int slots, int prompt, double output, int ratio) =>
        Assert.Equal(ratio, Settings.Plan(slots, prompt, output).Overlapped.Ratio);

    [Fact]
    public void Many_microbatches_are_the_crude_barrier_and_one_is_the_sum_of_its_stages()
    {
        var model = new AfdModel(Settings.Costs, 256, 599, 499.5);
        for (int ratio = 1; ratio <= 32; ratio++)
        {
            double attention = model.AttentionTime + (model.AttentionDeviation * NormalMaximum.Mean(ratio));

            Assert.Equal(model.KappaStep(ratio), model.OverlappedStep(ratio, 100));
            Assert.Equal(attention + model.FfnTime(ratio) + model.CommunicationTime(ratio), model.OverlappedStep(ratio, 1), 1e-9);
            Assert.InRange(model.KappaStep(ratio), model.MeanFieldStep(ratio) - 1e-9, model.BarrierStep(ratio) + 1e-9);
        }
    }

    [Fact]
    public void Loads_that_do_not_vary_make_no_barrier()
    {
        var model = new AfdModel(Settings.Costs, 64, 300, 0);

        Assert.All(Enumerable.Range(1, 40), ratio => Assert.Equal(model.MeanFieldStep(ratio), model.BarrierStep(ratio)));
    }

    [Fact]
    public void Power_moves_the_peak_by_the_square_root_of_its_ratio()
    {
        AfdPlan plan = AfdPlan.Of(new AfdQuestion
        {
            Workload = Settings.Workload(100, 100),
            Costs = Settings.Costs,
            Slots = 256,
            Powers = new RolePowers(100, 400),
        });

        Assert.Equal(2.1694, plan.MeanField.Peak, 1e-3);
        Assert.Equal(2 * plan.MeanField.Peak, plan.MeanFieldEnergy!.Value.Peak, 1e-12);
        Assert.Equal(plan.MeanFieldEnergy.Value.Peak, plan.MeanFieldEnergy.Value.Ratio, 1e-12);
        Assert.Equal(4, plan.BarrierAwareEnergy!.Ratio);
    }

    [Fact]
    public void Ratios_without_an_end_and_ratios_below_all()
    {
        var grows = new AfdModel(Settings.Costs with { Ffn = new AffineCost(0, 100) }, 256, 599, 499);
        var falls = new AfdModel(new AfdCosts(default, new AffineCost(0.1, 0), default), 256, 599, 499);

        Assert.Equal(double.PositiveInfinity, MeanFieldOptimum.Of(grows, RolePowers.Equal).Ratio);
        Assert.Equal(0, MeanFieldOptimum.Of(falls, RolePowers.Equal).Ratio);
    }

    [Fact]
    public void No_ratio_of_a_fine_grid_beats_the_optimum()
    {
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 300); seed++)
        {
            RandomStream dice = Dice.Seeded(seed);
            CommunicationScaling scaling = dice.NextBelow(2) == 0 ? CommunicationScaling.OneInstance : CommunicationScaling.AllInstances;
            var costs = new AfdCosts(Cost(ref dice, 0.01), Cost(ref dice, 1), Cost(ref dice, 1), scaling);
            var model = new AfdModel(costs, 1 + (int)dice.NextBelow(300), 500 * dice.NextOpenUnit(), 0);
            var powers = new RolePowers(0.1 + dice.NextOpenUnit(), 0.1 + dice.NextOpenUnit());
            MeanFieldOptimum optimum = MeanFieldOptimum.Of(model, powers);
            double Value(double ratio) => model.Objective(ratio, model.MeanFieldStep(ratio), powers);
            double best = Value(optimum.Ratio);
            for (double ratio = 1e-4; ratio < 1e6; ratio *= 1.01)
            {
                Assert.True(Value(ratio) <= best * (1 + 1e-9), $"seed {seed}: {ratio} beats {optimum}");
            }

            if (scaling == CommunicationScaling.OneInstance)
            {
                double formula = Math.Max(Math.Max(optimum.AttentionBound, optimum.CommunicationBound), optimum.Peak);
                Assert.True(Math.Abs(Value(formula) - best) <= 1e-9 * best, $"seed {seed}: {formula} instead of {optimum}");
            }
        }
    }

    private static AffineCost Cost(ref RandomStream dice, double scale) => new(scale * dice.NextOpenUnit(), 200 * dice.NextOpenUnit());
}
