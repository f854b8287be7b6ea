namespace Plimsoll.Metrics.Reports;

/// <summary>How good the predictions of the output length were, over the requests that finished.</summary>
/// <param name="Requests">Requests that finished.</param>
/// <param name="Points">Those of which a length was believed.</param>
/// <param name="Intervals">Those of which at least one bound was believed.</param>
/// <param name="Coverage">Fraction of the intervals that contained the length; not a number when there was none.</param>
/// <param name="MeanWidthTokens">Mean width of intervals with two bounds; not a number when there was none.</param>
/// <param name="MeanRelativeWidth">Mean of the width over the length; not a number when there was none.</param>
/// <param name="MeanAbsoluteErrorTokens">Mean distance of the point from the length; not a number when there was none.</param>
/// <param name="MeanRelativeError">Mean of the distance over the length; not a number when there was none.</param>
/// <param name="ClassAccuracy">Fraction of the points on the right side of the threshold; not a number when there is none.</param>
public sealed record PredictionSummary(
    long Requests,
    long Points,
    long Intervals,
    double Coverage,
    double MeanWidthTokens,
    double MeanRelativeWidth,
    double MeanAbsoluteErrorTokens,
    double MeanRelativeError,
    double ClassAccuracy)
{
    /// <summary>The summary of what was recorded.</summary>
    public static PredictionSummary Of(PredictionQuality quality)
    {
        ArgumentNullException.ThrowIfNull(quality);
        return new PredictionSummary(
            quality.Requests,
            quality.Points,
            quality.Intervals,
            quality.Coverage,
            quality.MeanWidthTokens,
            quality.MeanRelativeWidth,
            quality.MeanAbsoluteErrorTokens,
            quality.MeanRelativeError,
            quality.ClassAccuracy);
    }
}
