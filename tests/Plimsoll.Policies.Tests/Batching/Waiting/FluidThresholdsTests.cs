using System.Globalization;
using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Batching.Waiting;

namespace Plimsoll.Policies.Tests.Batching.Waiting;

/// <summary>The vectors of scheduling theory, section 6.2.</summary>
public sealed class FluidThresholdsTests
{
    private static readonly LinearStepTime Published = new(0.0125, 1e-6);

    [Theory]
    [InlineData(2, "0.03167", "0.015837", "3336.8")]
    [InlineData(9, "2.1697", "0.24108", "228.58e3")]
    public void One_type_in_balance(double rate, string threshold, string stepSeconds, string kvTokens)
    {
        var type = new FluidType(rate, 200, 300);

        var balance = FluidThresholds.Of([type], Published);

        Assert.True(balance.Feasible);
        AssertDigits(threshold, balance.RequestsPerStage(type));
        AssertDigits(stepSeconds, balance.StepSeconds);
        AssertDigits(kvTokens, balance.KvTokens);
    }

    [Fact]
    public void The_greatest_rate_has_load_one()
    {
        var balance = FluidThresholds.Of([new FluidType(2, 200, 300)], Published);

        AssertDigits("9.4922", 2 / balance.Load);
        Assert.True(FluidThresholds.Of([new FluidType(9.4921, 200, 300)], Published).Feasible);
        Assert.False(FluidThresholds.Of([new FluidType(9.4923, 200, 300)], Published).Feasible);
        Assert.Equal(double.PositiveInfinity, FluidThresholds.Of([new FluidType(10, 200, 300)], Published).StepSeconds);
    }

    [Fact]
    public void In_balance_a_step_lasts_while_its_newcomers_arrive()
    {
        FluidType[] types = [new(3, 200, 300), new(40, 20, 9), new(0, 7, 7), new(5, 1000, 0)];
        var stepTime = new LinearStepTime(0.0125, 1e-6, 8e-6, 2e-5);

        var balance = FluidThresholds.Of(types, stepTime);

        double seconds = stepTime.BaseSeconds;
        foreach (FluidType type in types)
        {
            double n = balance.RequestsPerStage(type);
            for (int stage = 0; stage <= type.DecodeSteps; stage++)
            {
                seconds += n * (type.PromptTokens + stage) * stepTime.SecondsPerKvToken;
                seconds += n * (stage == 0 ? type.PromptTokens * stepTime.SecondsPerPromptToken : stepTime.SecondsPerRow);
            }
        }

        Assert.Equal(balance.StepSeconds, seconds, 12);
    }

    // To half a unit of the last digit that is printed.
    private static void AssertDigits(string printed, double value)
    {
        string[] parts = printed.Split('e');
        int decimals = parts[0].Length - parts[0].IndexOf('.') - 1;
        double scale = parts.Length > 1 ? Math.Pow(10, int.Parse(parts[1], CultureInfo.InvariantCulture)) : 1;
        double expected = double.Parse(parts[0], CultureInfo.InvariantCulture);
        Assert.Equal(expected, Math.Round(value / scale, decimals));
    }
}
