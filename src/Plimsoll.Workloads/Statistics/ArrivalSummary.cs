namespace Plimsoll.Workloads.Statistics;

/// <summary>How requests arrive. Bins count from the first arrival; the last, unfinished bin is left out.</summary>
/// <param name="SpanSeconds">From the first arrival to the last.</param>
/// <param name="RatePerSecond">Requests over the span.</param>
/// <param name="GapVariation">Standard deviation of the gaps between arrivals over their mean.</param>
/// <param name="PeakOverMean10Seconds">Busiest bin of 10 s over the mean bin.</param>
/// <param name="Variation60Seconds">Standard deviation of bins of 60 s over their mean.</param>
/// <param name="Rate">Arrivals over time.</param>
public sealed record ArrivalSummary(
    double SpanSeconds,
    double RatePerSecond,
    double GapVariation,
    double PeakOverMean10Seconds,
    double Variation60Seconds,
    RateSeries Rate)
{
    internal void AddTo(List<KeyValuePair<string, double>> values)
    {
        values.Add(new("span_s", SpanSeconds));
        values.Add(new("rate_rps", RatePerSecond));
        values.Add(new("iat_cv", GapVariation));
        values.Add(new("rate_10s_peak_over_mean", PeakOverMean10Seconds));
        values.Add(new("rate_60s_cv", Variation60Seconds));
    }
}
