namespace Plimsoll.Planning.LoadLine;

/// <summary>
/// How the line answers to one thing: the percent by which it moves when that grows by one percent, d ln λ / d ln p, by central differences
/// over ±0.1 %. With a constant step and memory short it is 1 for memory, −1 for the step, and for lengths the share of E[g] that grows
/// with them.
/// </summary>
/// <param name="Parameter">What changes.</param>
/// <param name="Value">Percent of the line per percent of it.</param>
public sealed record Elasticity(string Parameter, double Value)
{
    private const double Change = 1e-3;

    /// <summary>Everything that the line depends on.</summary>
    public static IReadOnlyList<Elasticity> Of(LoadLineEstimate line)
    {
        (RequestMoments moments, ReplicaLimits limits) = (line.Moments, line.Limits);
        List<Elasticity> all =
        [
            Between("prompt length", factor => LoadLineEstimate.Of(moments.Scaled(factor, 1), limits)),
            Between("output length", factor => LoadLineEstimate.Of(moments.Scaled(1, factor), limits)),
        ];
        if (double.IsFinite(limits.KvTokens))
        {
            all.Add(Between("KV memory", factor => LoadLineEstimate.Of(moments, limits with { KvTokens = limits.KvTokens * factor })));
        }

        if (double.IsFinite(limits.TokenBudget))
        {
            all.Add(Between("token budget", factor => LoadLineEstimate.Of(moments, limits with { TokenBudget = limits.TokenBudget * factor })));
        }

        if (double.IsFinite(limits.MaxSequences))
        {
            all.Add(Between("places in the batch", factor => LoadLineEstimate.Of(moments, limits with { MaxSequences = limits.MaxSequences * factor })));
        }

        if (double.IsFinite(moments.ChunkTokens))
        {
            all.Add(Between("prefill chunk", factor => LoadLineEstimate.Of(OfChunk(moments, factor), limits)));
        }

        all.Add(new Elasticity("step time", -1));
        return all;
    }

    private static Elasticity Between(string parameter, Func<double, LoadLineEstimate> line)
    {
        double above = line(1 + Change).RequestsPerSecond;
        double below = line(1 - Change).RequestsPerSecond;
        return new Elasticity(parameter, Math.Log(above / below) / Math.Log((1 + Change) / (1 - Change)));
    }

    private static RequestMoments OfChunk(RequestMoments moments, double factor) => moments with
    {
        ChunkTokens = moments.ChunkTokens * factor,
        Chunks = Math.Max(1, moments.Chunks / factor),
    };
}
