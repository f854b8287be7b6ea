using Plimsoll.Calibration.Replay;

namespace Plimsoll.Calibration.Validation.Replays;

/// <summary>The rows of a replay: mean and percentiles of TTFT, TPOT and E2E over requests, and the rate of output tokens.</summary>
internal static class LatencyRows
{
    private static readonly (string Name, Func<RequestLatency, double> Value)[] Quantities =
    [
        ("ttft_seconds", each => each.TtftSeconds),
        ("tpot_seconds", each => each.TpotSeconds),
        ("e2e_seconds", each => each.E2eSeconds),
    ];

    public static IEnumerable<ValidationRow> Of(
        string dataset, string prediction, RequestLatency[] predicted, IReadOnlyList<MeasuredRequest> measured, int[] judged)
    {
        foreach ((string name, Func<RequestLatency, double> value) in Quantities)
        {
            double[] ours = Sorted(judged.Select(i => value(predicted[i])));
            double[] real = Sorted(judged.Select(i => value(measured[i].Latency)));
            if (ours.Length == 0 || real.Length == 0)
            {
                continue;
            }

            yield return new ValidationRow(dataset, prediction, name + "_mean", ours.Average(), real.Average(), real.Length);
            foreach ((string suffix, double share) in new[] { ("_p50", 0.5), ("_p90", 0.9), ("_p99", 0.99) })
            {
                yield return new ValidationRow(
                    dataset, prediction, name + suffix, Percentile.Of(ours, share), Percentile.Of(real, share), real.Length);
            }
        }

        double start = measured[0].ArrivalSeconds;
        double tokens = measured.Sum(request => (double)request.OutputTokens);
        double ourEnd = measured.Select((request, i) => request.ArrivalSeconds + predicted[i].E2eSeconds).Max();
        double realEnd = measured.Max(request => request.LastTokenSeconds);
        yield return new ValidationRow(
            dataset, prediction, "output_tokens_per_second", tokens / (ourEnd - start), tokens / (realEnd - start), measured.Count);
    }

    private static double[] Sorted(IEnumerable<double> values) => [.. values.Where(double.IsFinite).Order()];
}
