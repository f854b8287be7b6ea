using Plimsoll.Performance.StepTime;
using Plimsoll.Planning.LoadLine;

namespace Plimsoll.Planning.Fleet;

/// <summary>
/// What no number of replicas can beat: latencies of a request that is alone on its replica. A percentile of TTFT is at least the time that
/// a prompt of the same percentile takes by itself, chunk by chunk; TPOT at least a decode step of one sequence with an empty context;
/// E2E at least one such step for each output token.
/// <para>
/// The reason: others in the batch only make a step longer. That is so but for padding to captured batch sizes, so a tenth is left as
/// slack. A run draws its prompts, and the percentile of a sample lies within four standard errors, 4·√(q(1 − q)/n), of that of the
/// traffic: the bound is taken at the lower end. With a prefix cache that finds something a prompt counts as one token. Ours.
/// </para>
/// </summary>
/// <param name="TtftSeconds">Least percentile of TTFT.</param>
/// <param name="TpotSeconds">Least TPOT.</param>
/// <param name="E2eSeconds">Least percentile of E2E.</param>
public sealed record EngineBounds(double TtftSeconds, double TpotSeconds, double E2eSeconds)
{
    private const double Slack = 0.9;
    private const double StandardErrors = 4;

    /// <summary>The bounds of an engine for traffic.</summary>
    /// <param name="line">The engine with the moments of the traffic.</param>
    /// <param name="traffic">The traffic.</param>
    /// <param name="quantile">The percentile, between 0 and 1.</param>
    /// <param name="requests">Requests in a run whose percentile is bounded, from 1.</param>
    public static EngineBounds Of(LoadLineEstimate line, FleetTraffic traffic, double quantile, long requests)
    {
        double sampled = Math.Max(1e-9, quantile - (StandardErrors * Math.Sqrt(quantile * (1 - quantile) / requests)));
        IStepTimeModel step = line.Limits.StepTime;
        int prompt = line.Moments.Cached > 0 ? 1 : traffic.PromptQuantile(sampled);
        double decode = Seconds(step, new BatchShape(0, 0, 0, 1, 1));
        int output = traffic.OutputQuantile(sampled);
        return new EngineBounds(
            Slack * PrefillSeconds(step, prompt, line.Moments.ChunkTokens),
            Slack * decode,
            Slack * (PrefillSeconds(step, 1, double.PositiveInfinity) + ((output - 1) * decode)));
    }

    /// <summary>The bound on a latency in seconds.</summary>
    public double Of(LatencyKind kind) => kind switch
    {
        LatencyKind.Ttft => TtftSeconds,
        LatencyKind.Tpot => TpotSeconds,
        _ => E2eSeconds,
    };

    /// <summary>The latency whose bound is furthest above its limit; null when every bound keeps its limit.</summary>
    public LatencyKind? Broken(LatencyTargets targets)
    {
        (LatencyKind Kind, double Excess)[] broken =
            [.. targets.All.Select(limit => (limit.Kind, Of(limit.Kind) / limit.Seconds)).Where(each => each.Item2 > 1)];
        return broken.Length == 0 ? null : broken.MaxBy(each => (each.Excess, -(int)each.Kind)).Kind;
    }

    private static double PrefillSeconds(IStepTimeModel step, int promptTokens, double chunkTokens)
    {
        double seconds = 0;
        for (long done = 0; done < promptTokens;)
        {
            long chunk = (long)Math.Min(promptTokens - done, Math.Max(1, chunkTokens));
            seconds += Seconds(step, new BatchShape(chunk, 1, chunk * ((2 * done) + chunk), 0, 0));
            done += chunk;
        }

        return seconds;
    }

    private static double Seconds(IStepTimeModel step, in BatchShape shape) => step.StepPicoseconds(shape) * 1e-12;
}
