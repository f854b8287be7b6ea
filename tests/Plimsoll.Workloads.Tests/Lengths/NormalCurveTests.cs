using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Workloads.Tests.Lengths;

public sealed class NormalCurveTests
{
    [Theory]
    [InlineData(1e-300, -37.0470962993612)]
    [InlineData(1e-12, -7.034483825301132)]
    [InlineData(0.001, -3.090232306167813)]
    [InlineData(0.075, -1.4395314709384557)]
    [InlineData(0.1, -1.2815515655446008)]
    [InlineData(0.3, -0.5244005127080407)]
    [InlineData(0.5, 0.0)]
    [InlineData(0.9, 1.2815515655446008)]
    [InlineData(0.975, 1.9599639845400536)]
    public void Quantile_matches_an_independent_implementation(double p, double expected) =>
        Assert.Equal(expected, NormalCurve.Quantile(p), Math.Abs(expected) * 2e-15);

    [Theory]
    [InlineData(-10.0, 7.619853024160593e-24)]
    [InlineData(-7.5, 3.19089167291092e-14)]
    [InlineData(-3.0, 0.0013498980316300957)]
    [InlineData(-1.0, 0.15865525393145707)]
    [InlineData(0.0, 0.5)]
    [InlineData(0.5, 0.6914624612740131)]
    [InlineData(2.0, 0.9772498680518208)]
    [InlineData(6.0, 0.9999999990134123)]
    public void Cumulative_matches_the_error_function(double x, double expected) =>
        Assert.Equal(expected, NormalCurve.Cumulative(x), expected * (x < -7 ? 1e-8 : 1e-12));

    [Fact]
    public void Quantile_inverts_cumulative()
    {
        for (double x = -8; x < 6; x += 0.01)
        {
            Assert.Equal(x, NormalCurve.Quantile(NormalCurve.Cumulative(x)), 1e-7);
        }
    }
}
