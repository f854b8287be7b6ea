using Plimsoll.Calibration.Validation;

namespace Plimsoll.Calibration.Tests.Validation;

public class ValidationRowTests
{
    [Fact]
    public void Many_configurations_give_geometric_means_and_the_spread_of_their_errors()
    {
        var row = ValidationRow.OfMany("d", ValidationRow.FromCatalogue, "m", [(2, 1), (8, 4), (1, 2)]);

        Assert.Equal(Math.Cbrt(16), row.Predicted, 12);
        Assert.Equal(2, row.Measured, 12);
        Assert.Equal((Math.Cbrt(16) / 2) - 1, row.Error, 12);
        Assert.Equal(1, row.Spread!.Value.P50);
        Assert.Equal(-0.2, row.Spread.Value.P10, 12);
        Assert.Equal((1 + 1 + 0.5) / 3, row.Spread.Value.MeanAbsolute, 12);
    }

    [Theory]
    [InlineData(12, 10, 0)]
    [InlineData(8, 10, 0.2)]
    public void A_bound_misses_only_when_it_is_below(double bound, double measured, double miss) =>
        Assert.Equal(miss, new ValidationRow("d", ValidationRow.AsBound, "m", bound, measured, 1).Miss, 12);
}
