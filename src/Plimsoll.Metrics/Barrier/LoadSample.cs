using Plimsoll.Core;

namespace Plimsoll.Metrics.Barrier;

/// <summary>The loads of a barrier group over a few steps.</summary>
/// <param name="At">End of the first of them.</param>
/// <param name="LeastTokens">The least load of any worker.</param>
/// <param name="MeanTokens">The mean over workers and steps.</param>
/// <param name="GreatestTokens">The greatest load of any worker.</param>
public readonly record struct LoadSample(Instant At, long LeastTokens, double MeanTokens, long GreatestTokens);
