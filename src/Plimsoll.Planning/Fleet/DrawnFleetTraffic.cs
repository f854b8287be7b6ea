using Plimsoll.Core;
using Plimsoll.Planning.LoadLine;
using Plimsoll.Workloads;
using Plimsoll.Workloads.Arrivals;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Planning.Fleet;

/// <summary>Traffic whose arrivals and lengths follow laws.</summary>
/// <param name="arrivals">When requests come; their rate is finite.</param>
/// <param name="prompt">Law of prompt lengths.</param>
/// <param name="output">Law of output lengths.</param>
public sealed class DrawnFleetTraffic(OpenArrivals arrivals, LengthDistribution prompt, LengthDistribution output) : FleetTraffic
{
    /// <inheritdoc/>
    public override double RequestsPerSecond => arrivals.RatePerSecond;

    /// <inheritdoc/>
    public override string Method => "every run draws its own arrivals and lengths";

    /// <inheritdoc/>
    public override RequestMoments Moments(double chunkTokens, bool prefixCaching) => LawMoments.Of(prompt, output, chunkTokens);

    /// <inheritdoc/>
    public override int PromptQuantile(double quantile) => prompt.Quantile(quantile);

    /// <inheritdoc/>
    public override int OutputQuantile(double quantile) => output.Quantile(quantile);

    /// <inheritdoc/>
    public override IRequestSource Source(long requests, RandomTree random) =>
        new GeneratedSource(arrivals, prompt, output, requests, random);
}
