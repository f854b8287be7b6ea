using Plimsoll.Calibration.Replay;

namespace Plimsoll.Calibration.Tests.Replay;

public class RobustLeastSquaresTests
{
    [Fact]
    public void Finds_what_residuals_tell_and_keeps_what_they_do_not()
    {
        double[] found = RobustLeastSquares.Minimise(
            at => [.. Enumerable.Range(1, 50).Select(i => ((at[0] - 0.7) * i) + (at[1] + 0.2))], [0, 0, 3], [10, 10, 1], 500);

        Assert.Equal(0.7, found[0], 3);
        Assert.Equal(-0.2, found[1], 2);
        Assert.Equal(3, found[2], 9);
    }

    [Fact]
    public void A_few_wild_residuals_move_little()
    {
        double[] found = RobustLeastSquares.Minimise(
            at => [.. Enumerable.Range(0, 50).Select(i => 100 * (at[0] - (i < 3 ? 40 : 2)))], [0], [100], 500);

        Assert.Equal(2, found[0], 2);
    }
}
