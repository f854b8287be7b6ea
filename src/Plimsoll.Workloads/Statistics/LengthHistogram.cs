namespace Plimsoll.Workloads.Statistics;

/// <summary>How often which lengths occur, in bins that grow in proportion to the length: about ten for each factor of ten.</summary>
/// <param name="Edges">Lower edges in tokens, ascending, and after them the end of the last bin, which no length reaches.</param>
/// <param name="Counts">Requests in each bin; one fewer than edges.</param>
public sealed record LengthHistogram(IReadOnlyList<int> Edges, IReadOnlyList<long> Counts)
{
    internal static LengthHistogram Of(ReadOnlySpan<int> sorted)
    {
        List<int> edges = [sorted[0]];
        while (edges[^1] <= sorted[^1])
        {
            edges.Add(Math.Max(edges[^1] + 1, (int)Math.Round(edges[^1] * 1.2589254117941673)));
        }

        long[] counts = new long[edges.Count - 1];
        int bin = 0;
        foreach (int length in sorted)
        {
            while (length >= edges[bin + 1])
            {
                bin++;
            }

            counts[bin]++;
        }

        return new LengthHistogram(edges, counts);
    }
}
