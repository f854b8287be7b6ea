namespace Plimsoll.Calibration.Validation;

/// <summary>How the errors of many configurations lie.</summary>
/// <param name="P10">A tenth is below.</param>
/// <param name="P50">Half is below.</param>
/// <param name="P90">A tenth is above.</param>
/// <param name="MeanAbsolute">Mean of the errors without their signs.</param>
public readonly record struct ErrorSpread(double P10, double P50, double P90, double MeanAbsolute)
{
    /// <summary>Of these errors, at least one.</summary>
    public static ErrorSpread Of(double[] errors)
    {
        double[] sorted = [.. errors.Order()];
        return new ErrorSpread(
            Percentile.Of(sorted, 0.1), Percentile.Of(sorted, 0.5), Percentile.Of(sorted, 0.9), errors.Average(Math.Abs));
    }
}
