using System.Runtime.InteropServices;
using Plimsoll.Workloads.Traces.Formats;

namespace Plimsoll.Workloads.Statistics;

/// <summary>What a ServeGen model describes, without drawing from it.</summary>
/// <param name="Clients">Number of clients.</param>
/// <param name="Windows">Distinct windows of time.</param>
/// <param name="RequestsEstimated">Sum over clients and windows of rate times time, rounded down.</param>
/// <param name="MeanRate">Requests per second over all windows.</param>
/// <param name="PeakRate">Requests per second of all clients together in the busiest window.</param>
/// <param name="ClientWindowVariationP50">Median coefficient of variation of the gaps, over all busy windows of all clients.</param>
/// <param name="ClientWindowVariationP90">Its 90th percentile.</param>
/// <param name="Prompt">
/// Prompt lengths, weighted by each client's volume in each slot; a percentile is the least length that reaches it.
/// </param>
/// <param name="Output">Output lengths, in the same way.</param>
public sealed record ServeGenStatistics(
    long Clients,
    long Windows,
    long RequestsEstimated,
    double MeanRate,
    double PeakRate,
    double ClientWindowVariationP50,
    double ClientWindowVariationP90,
    LengthSummary Prompt,
    LengthSummary Output)
{
    /// <summary>Busiest window over the mean.</summary>
    public double PeakOverMean => PeakRate / MeanRate;

    /// <summary>The statistics of a model.</summary>
    public static ServeGenStatistics Of(ServeGenModel model)
    {
        SortedDictionary<double, double> rates = [];
        Dictionary<int, double> prompts = [];
        Dictionary<int, double> outputs = [];
        List<double> variations = [];
        double requests = 0;
        double seconds = 0;
        foreach (ServeGenClient client in model.Clients)
        {
            foreach (ServeGenWindow window in client.Windows)
            {
                double width = window.EndSeconds - window.StartSeconds;
                seconds += rates.TryAdd(window.StartSeconds, 0) ? width : 0;
                rates[window.StartSeconds] += window.Rate;
                requests += window.Rate * width;
                if (window.Rate > 0)
                {
                    variations.Add(window.Variation);
                }
            }

            AddLengths(client, prompts, outputs);
        }

        variations.Sort();
        double[] sorted = [.. variations];
        return new ServeGenStatistics(
            model.ClientCount,
            rates.Count,
            (long)Math.Floor(requests + 1e-6),
            requests / seconds,
            rates.Values.Max(),
            sorted.Length == 0 ? 0 : LengthSummary.Percentile(sorted, 0.5),
            sorted.Length == 0 ? 0 : LengthSummary.Percentile(sorted, 0.9),
            Summarize(prompts),
            Summarize(outputs));
    }

    private static void AddLengths(ServeGenClient client, Dictionary<int, double> prompts, Dictionary<int, double> outputs)
    {
        for (int i = 0; i < client.Slots.Length; i++)
        {
            ServeGenSlot slot = client.Slots[i];
            double end = i + 1 < client.Slots.Length ? client.Slots[i + 1].StartSeconds : double.PositiveInfinity;
            double volume = client.Windows.Where(window => window.StartSeconds >= slot.StartSeconds && window.StartSeconds < end)
                .Sum(window => window.Rate * (window.EndSeconds - window.StartSeconds));
            AddTable(prompts, slot.Prompt, volume);
            AddTable(outputs, slot.Output, volume);
        }
    }

    private static void AddTable(Dictionary<int, double> weights, LengthTable table, double volume)
    {
        for (int i = 0; i < table.Lengths.Length; i++)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(weights, table.Lengths[i], out _) += volume * table.Probabilities[i];
        }
    }

    private static LengthSummary Summarize(Dictionary<int, double> unordered)
    {
        (int Length, double Weight)[] weights = [.. unordered.Select(entry => (entry.Key, entry.Value)).OrderBy(entry => entry.Key)];
        double total = weights.Sum(entry => entry.Weight);
        double mean = weights.Sum(entry => entry.Length * entry.Weight) / total;
        double variance = weights.Sum(entry => (entry.Length - mean) * (entry.Length - mean) * entry.Weight) / total;
        return new LengthSummary(
            mean,
            Math.Sqrt(variance),
            Least(weights, 0.5 * total),
            Least(weights, 0.9 * total),
            Least(weights, 0.99 * total),
            weights[^1].Length);
    }

    private static int Least((int Length, double Weight)[] weights, double target)
    {
        double sum = 0;
        foreach ((int length, double weight) in weights)
        {
            sum += weight;
            if (sum >= target)
            {
                return length;
            }
        }

        return weights[^1].Length;
    }
}
