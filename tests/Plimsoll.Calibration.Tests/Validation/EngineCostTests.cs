using Plimsoll.Calibration.Validation;

namespace Plimsoll.Calibration.Tests.Validation;

public class EngineCostTests
{
    [Fact]
    public void Known_costs_are_recovered_in_spite_of_an_outlier()
    {
        var hidden = new EngineCost(1.3, 4e-3, 20e-3, 50e-3);
        List<CostedLatency> latencies = [];
        foreach (double roofline in new[] { 0.001, 0.002, 0.004, 0.006, 0.008, 0.01, 0.02, 0.05, 0.1, 0.2 })
        {
            latencies.Add(Costed(new CostedLatency(roofline, 1, 0, 1)));
            latencies.Add(Costed(new CostedLatency(roofline * 20, 3, 1, 1)));
        }

        latencies.Add(new CostedLatency(0.01, 1, 0, 5));

        EngineCost found = EngineCost.Fit(latencies);

        Assert.Equal(1.3, found.KernelFactor, 0.03);
        Assert.Equal(4e-3, found.StepSeconds, 0.4e-3);
        Assert.Equal(20e-3, found.LeastStepSeconds, 0.6e-3);
        Assert.Equal(50e-3, found.RequestSeconds, 3e-3);

        CostedLatency Costed(CostedLatency latency) => latency with { MeasuredSeconds = hidden.Of(latency) };
    }
}
