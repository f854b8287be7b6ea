using System.Globalization;
using Plimsoll.Core;
using Plimsoll.Planning.Fleet.Simulated;
using Plimsoll.Planning.LoadLine;
using Plimsoll.Planning.LoadLine.Simulated;
using Plimsoll.Workloads;
using Plimsoll.Workloads.Arrivals;

namespace Plimsoll.Planning.Fleet;

/// <summary>
/// Recorded requests, at their own rate or another: gaps between arrivals are stretched by one factor. A run plays stretches of the trace
/// drawn at random (<see cref="BlockBootstrap"/>); where all requests come at once, Poisson arrivals.
/// </summary>
public sealed class RecordedFleetTraffic : FleetTraffic
{
    private const double BlockSeconds = 60;
    private const int LeastBlocks = 10;

    private readonly IReadOnlyList<InferenceRequest> _recorded;
    private readonly bool _timed;
    private readonly double _rateFactor;
    private readonly int _blockRequests;
    private readonly int[] _prompts;
    private readonly int[] _outputs;
    private readonly Dictionary<(double ChunkTokens, bool PrefixCaching), RequestMoments> _moments = [];

    /// <summary>The traffic of a trace.</summary>
    /// <param name="recorded">The requests in order of arrival, at least one.</param>
    /// <param name="requestsPerSecond">λ, above 0; null for that of the trace.</param>
    /// <exception cref="ArgumentException">The trace has no rate of its own, and none is given.</exception>
    public RecordedFleetTraffic(IReadOnlyList<InferenceRequest> recorded, double? requestsPerSecond = null)
    {
        double own = RateOf(recorded);
        _timed = double.IsFinite(own);
        if (!_timed && requestsPerSecond is null)
        {
            throw new ArgumentException("the trace has no rate of its own", nameof(recorded));
        }

        _recorded = recorded;
        RequestsPerSecond = requestsPerSecond ?? own;
        _rateFactor = _timed ? RequestsPerSecond / own : 1;
        bool inOrder = recorded.Any(request => request.Details is { BlockTokens: > 0 });
        _blockRequests = inOrder || !_timed ? recorded.Count
            : Math.Clamp((int)Math.Min(int.MaxValue, own * BlockSeconds), 1, Math.Max(1, recorded.Count / LeastBlocks));
        _prompts = [.. recorded.Select(request => request.PromptTokens).Order()];
        _outputs = [.. recorded.Select(request => request.OutputTokens).Order()];
    }

    /// <inheritdoc/>
    public override double RequestsPerSecond { get; }

    /// <inheritdoc/>
    public override string Method => !_timed ? "every run draws requests of the trace, and Poisson arrivals"
        : _blockRequests == _recorded.Count
            ? "every run plays the trace in its order from a place drawn at random (its content is shared between requests)"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"every run joins stretches of {_blockRequests:#,0} consecutive requests of the trace, drawn at random ")
            + "(circular block bootstrap)"
            + (Math.Abs(_rateFactor - 1) < 1e-9 ? "" : string.Create(CultureInfo.InvariantCulture, $", gaps divided by {_rateFactor:G4}"));

    /// <summary>Arrivals per second of a trace: gaps over time; infinite when all come at once.</summary>
    public static double RateOf(IReadOnlyList<InferenceRequest> recorded) =>
        recorded.Count < 2 ? double.PositiveInfinity : (recorded.Count - 1) / (recorded[^1].Arrival - recorded[0].Arrival).Seconds;

    /// <inheritdoc/>
    public override RequestMoments Moments(double chunkTokens, bool prefixCaching)
    {
        if (!_moments.TryGetValue((chunkTokens, prefixCaching), out RequestMoments? moments))
        {
            var sums = new TraceMoments(chunkTokens, prefixCaching);
            foreach (InferenceRequest request in _recorded)
            {
                sums.Add(request);
            }

            _moments[(chunkTokens, prefixCaching)] = moments = sums.Build();
        }

        return moments;
    }

    /// <inheritdoc/>
    public override int PromptQuantile(double quantile) => At(_prompts, quantile);

    /// <inheritdoc/>
    public override int OutputQuantile(double quantile) => At(_outputs, quantile);

    /// <inheritdoc/>
    public override IRequestSource Source(long requests, RandomTree random) => _timed
        ? new BlockBootstrap(_recorded, _blockRequests, _rateFactor, requests, random)
        : new DrawnRequests(_recorded, new PoissonArrivals(RequestsPerSecond), requests, random);

    private static int At(int[] sorted, double quantile) => sorted[(int)(quantile * (sorted.Length - 1))];
}
