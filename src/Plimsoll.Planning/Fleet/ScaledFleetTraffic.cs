using Plimsoll.Core;
using Plimsoll.Planning.LoadLine;
using Plimsoll.Workloads;

namespace Plimsoll.Planning.Fleet;

/// <summary>The same requests at another rate: all gaps are divided by one factor.</summary>
/// <param name="traffic">The traffic.</param>
/// <param name="factor">Above 0; 2 doubles the rate.</param>
public sealed class ScaledFleetTraffic(FleetTraffic traffic, double factor) : FleetTraffic
{
    /// <inheritdoc/>
    public override double RequestsPerSecond => factor * traffic.RequestsPerSecond;

    /// <inheritdoc/>
    public override string Method => traffic.Method;

    /// <inheritdoc/>
    public override RequestMoments Moments(double chunkTokens, bool prefixCaching) => traffic.Moments(chunkTokens, prefixCaching);

    /// <inheritdoc/>
    public override int PromptQuantile(double quantile) => traffic.PromptQuantile(quantile);

    /// <inheritdoc/>
    public override int OutputQuantile(double quantile) => traffic.OutputQuantile(quantile);

    /// <inheritdoc/>
    public override IRequestSource Source(long requests, RandomTree random) => new Scaled(traffic.Source(requests, random), factor);
}
