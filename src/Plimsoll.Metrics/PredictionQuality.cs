using Plimsoll.Core;

namespace Plimsoll.Metrics;

/// <summary>
/// How good predictions of the output length were, in fixed memory. Requests of which nothing was believed are counted and otherwise left
/// out; points, intervals and classes are judged each on their own, over the requests that had one; a point that stands for a class like
/// any other. Sums of tokens are exact.
/// </summary>
/// <param name="classThresholdTokens">
/// The greatest length that is short: a point and a length are then of the same class if both are at most this or both are above it. 0 if
/// there are no classes.
/// </param>
public sealed class PredictionQuality(int classThresholdTokens = 0)
{
    private Int128 _absoluteErrorTokens;
    private Int128 _widthTokens;
    private double _relativeErrors;
    private double _relativeWidths;
    private long _contained;
    private long _classesRight;

    /// <summary>The greatest length that is short; 0 if there are no classes.</summary>
    public int ClassThresholdTokens => classThresholdTokens;

    /// <summary>Requests recorded.</summary>
    public long Requests { get; private set; }

    /// <summary>Those with a point.</summary>
    public long Points { get; private set; }

    /// <summary>Those with at least one bound.</summary>
    public long Intervals { get; private set; }

    /// <summary>Those with both bounds.</summary>
    public long BoundedIntervals { get; private set; }

    /// <summary>Those whose class was judged: with a point, if there are classes.</summary>
    public long Classes => classThresholdTokens > 0 ? Points : 0;

    /// <summary>Fraction of the intervals that contained the length, their ends included; not a number when there was none.</summary>
    public double Coverage => Ratio(_contained, Intervals);

    /// <summary>Mean of upper − lower over the bounded intervals, in tokens; not a number when there was none.</summary>
    public double MeanWidthTokens => Ratio((double)_widthTokens, BoundedIntervals);

    /// <summary>Mean of (upper − lower) / length over the bounded intervals; not a number when there was none.</summary>
    public double MeanRelativeWidth => Ratio(_relativeWidths, BoundedIntervals);

    /// <summary>Mean of |point − length| in tokens; not a number when there was no point.</summary>
    public double MeanAbsoluteErrorTokens => Ratio((double)_absoluteErrorTokens, Points);

    /// <summary>Mean of |point − length| / length; not a number when there was no point.</summary>
    public double MeanRelativeError => Ratio(_relativeErrors, Points);

    /// <summary>Fraction of the points that were of the length's class; not a number when there was none to judge.</summary>
    public double ClassAccuracy => Ratio(_classesRight, Classes);

    /// <summary>Adds what was believed of a request that finished with <paramref name="outputTokens"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="outputTokens"/> is not positive.</exception>
    public void Record(LengthPrediction prediction, int outputTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputTokens);
        Requests++;
        if (prediction.Point > 0)
        {
            RecordPoint(prediction.Point, outputTokens);
        }

        if (prediction.Lower > 0 || prediction.Upper > 0)
        {
            RecordInterval(prediction.Lower, prediction.Upper, outputTokens);
        }
    }

    /// <summary>Adds everything another one holds.</summary>
    /// <exception cref="InvariantBrokenException">It has another threshold.</exception>
    public void Merge(PredictionQuality other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Invariant.Holds(other.ClassThresholdTokens == classThresholdTokens, "only classes with the same threshold are added up");
        Requests += other.Requests;
        Points += other.Points;
        Intervals += other.Intervals;
        BoundedIntervals += other.BoundedIntervals;
        _absoluteErrorTokens += other._absoluteErrorTokens;
        _widthTokens += other._widthTokens;
        _relativeErrors += other._relativeErrors;
        _relativeWidths += other._relativeWidths;
        _contained += other._contained;
        _classesRight += other._classesRight;
    }

    private static double Ratio(double sum, long count) => count == 0 ? double.NaN : sum / count;

    private void RecordPoint(int point, int length)
    {
        Points++;
        long error = Math.Abs((long)point - length);
        _absoluteErrorTokens += error;
        _relativeErrors += (double)error / length;
        _classesRight += (point <= classThresholdTokens) == (length <= classThresholdTokens) ? 1 : 0;
    }

    private void RecordInterval(int lower, int upper, int length)
    {
        Intervals++;
        _contained += length >= lower && (upper == 0 || length <= upper) ? 1 : 0;
        if (lower > 0 && upper > 0)
        {
            BoundedIntervals++;
            _widthTokens += upper - lower;
            _relativeWidths += (double)(upper - lower) / length;
        }
    }
}
