using Plimsoll.Calibration.Replay;

namespace Plimsoll.Calibration.Tests.Replay;

public class NelderMeadTests
{
    [Fact]
    public void It_finds_the_bottom_of_a_curved_valley()
    {
        double[] found = NelderMead.Minimise(Valley, [-1.2, 1], step: 0.5, tolerance: 1e-14, mostEvaluations: 2_000);

        Assert.Equal(1, found[0], 1e-4);
        Assert.Equal(1, found[1], 1e-4);
    }

    [Fact]
    public void It_evaluates_hardly_more_often_than_allowed()
    {
        int evaluations = 0;

        NelderMead.Minimise(
            point =>
            {
                evaluations++;
                return Valley(point);
            },
            [-1.2, 1],
            step: 0.5,
            tolerance: 0,
            mostEvaluations: 100);

        Assert.InRange(evaluations, 100, 106);
    }

    private static double Valley(double[] point) =>
        Math.Pow(1 - point[0], 2) + (100 * Math.Pow(point[1] - (point[0] * point[0]), 2));
}
