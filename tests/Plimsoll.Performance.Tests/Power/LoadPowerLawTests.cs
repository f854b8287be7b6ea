using Plimsoll.Performance.Power;

namespace Plimsoll.Performance.Tests.Power;

public sealed class LoadPowerLawTests
{
    private static readonly LoadPowerLaw Published = new();

    [Fact]
    public void The_published_law_goes_from_100_to_400_watts()
    {
        Assert.Equal(100, Watts(0));
        Assert.Equal(400, Watts(1));
        Assert.Equal(100 + (300 * Math.Pow(0.5, 0.7)), Watts(0.5), 1e-12);
    }

    /// <summary>Scheduling theory, section 3.4: between the chord and the tangent at full load, C = 190 W.</summary>
    [Fact]
    public void Power_lies_between_the_published_bounds()
    {
        for (int i = 0; i <= 10_000; i++)
        {
            double x = i / 10_000.0;
            Assert.InRange(Watts(x), (400 * x) + (100 * (1 - x)) - 1e-9, (400 * x) + (190 * (1 - x)) + 1e-9);
        }
    }

    private static double Watts(double share) => Published.Watts(new WorkerActivity(share, 0, 1, 1));
}
