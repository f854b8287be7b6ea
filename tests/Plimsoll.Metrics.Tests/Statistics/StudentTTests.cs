using Plimsoll.Metrics.Statistics;

namespace Plimsoll.Metrics.Tests.Statistics;

public sealed class StudentTTests
{
    [Theory]
    [InlineData(0.95, 1, 12.706)]
    [InlineData(0.95, 2, 4.303)]
    [InlineData(0.95, 3, 3.182)]
    [InlineData(0.95, 4, 2.776)]
    [InlineData(0.95, 9, 2.262)]
    [InlineData(0.95, 10, 2.228)]
    [InlineData(0.95, 29, 2.045)]
    [InlineData(0.95, 30, 2.042)]
    [InlineData(0.95, 120, 1.980)]
    [InlineData(0.99, 5, 4.032)]
    [InlineData(0.90, 7, 1.895)]
    [InlineData(0.50, 1, 1.000)]
    public void Critical_values_are_those_of_the_printed_table(double confidence, int degreesOfFreedom, double expected) =>
        Assert.Equal(expected, StudentT.CriticalValue(confidence, degreesOfFreedom), 5e-4);

    [Fact]
    public void Probability_inverts_the_critical_value()
    {
        for (int degrees = 1; degrees < 200; degrees += 7)
        {
            Assert.Equal(0.95, StudentT.CentralProbability(StudentT.CriticalValue(0.95, degrees), degrees), 1e-12);
        }
    }

    [Fact]
    public void With_many_degrees_it_is_the_normal_distribution() =>
        Assert.Equal(1.959964, StudentT.CriticalValue(0.95, 1_000_000), 1e-5);
}
