using Plimsoll.Metrics.Barrier;
using Plimsoll.Metrics.Reports.Svg;

namespace Plimsoll.Metrics.Reports;

/// <summary>The loads of a barrier group as a picture: the greatest, which every step waits for, the mean and the least.</summary>
internal static class LoadPlot
{
    private const int MostBins = 160;

    public static string Figure(IReadOnlyList<LoadSample> samples)
    {
        LoadSample[] bins = [.. Bins(samples)];
        return new LinePlot(
            "Load per worker",
            "Greatest, mean and least KV tokens of any worker of the barrier group, over time.",
            new PlotAxis("time", AxisKind.Seconds, Min: 0),
            new PlotAxis("KV tokens"),
            [
                new PlotSeries("greatest", [.. bins.Select(bin => new PlotPoint(bin.At.Seconds, bin.GreatestTokens))]),
                new PlotSeries("mean", [.. bins.Select(bin => new PlotPoint(bin.At.Seconds, bin.MeanTokens))]),
                new PlotSeries("least", [.. bins.Select(bin => new PlotPoint(bin.At.Seconds, bin.LeastTokens))]),
            ]).ToFigure();
    }

    private static IEnumerable<LoadSample> Bins(IReadOnlyList<LoadSample> samples)
    {
        int every = (samples.Count + MostBins - 1) / MostBins;
        return samples.Chunk(every).Select(bin => new LoadSample(
            bin[0].At,
            bin.Min(sample => sample.LeastTokens),
            bin.Average(sample => sample.MeanTokens),
            bin.Max(sample => sample.GreatestTokens)));
    }
}
