using System.Numerics;
using Plimsoll.Core;

namespace Plimsoll.Policies.Prediction;

/// <summary>Quantiles of the lengths of similar requests that finished lately; nothing but the past is looked at.</summary>
/// <remarks>
/// <para>
/// Similar are requests of one client whose prompts lie between the same two powers of two. Until
/// <see cref="LeastRequests"/> of those have finished the predictor asks about the client's requests in general, then about everybody's
/// with such prompts, then about all; before all that it believes <see cref="Prior"/>. Each of these keeps its last
/// <see cref="WindowRequests"/> lengths, so that the predictor adapts when they change.
/// </para>
/// <para>
/// With n lengths in the window and k = ⌊(n + 1)(1 − coverage)/2⌋ the interval reaches from the k-th least to the k-th greatest, and the
/// point is the median. If the next length is drawn like those in the window, it lies in the interval with probability
/// (n + 1 − 2k)/(n + 1), or more where lengths repeat: never below the coverage, however few they are, and equal to it in a full window
/// where the coverage is a whole percentage. An upper limit that the client set (max_tokens) bounds the prediction.
/// </para>
/// <para>
/// Memory is bounded: a window beyond the limit takes the place of the one that has gone without a finished request for longest. Asking
/// changes nothing.
/// </para>
/// <para>
/// A bad idea when lengths depend on what is asked rather than on who asks: the intervals are then as wide as the whole distribution.
/// Right after the start and after a change it has seen the short requests only, because they finish first. Rare clients keep what
/// they did long ago.
/// </para>
/// <para>
/// Source: S. Wilks, Determination of Sample Sizes for Setting Tolerance Limits, Annals of Mathematical Statistics 12(1), 1941, for the
/// interval between order statistics.
/// </para>
/// </remarks>
public sealed class LearnedPredictor : ILengthPredictor
{
    /// <summary>Coverage when nothing else is asked.</summary>
    public const decimal DefaultCoverage = 0.9m;

    /// <summary>Finished requests that a window remembers.</summary>
    public const int WindowRequests = 199;

    /// <summary>Windows of clients when nothing else is asked; they take 1.7 MB when all are in use.</summary>
    public const int DefaultClientWindows = 1024;

    private const int FewestRequests = 20;
    private const int PromptBuckets = 31;

    private readonly int[] _ranks = new int[WindowRequests + 1];
    private readonly LengthWindow _all = new(WindowRequests);
    private readonly LengthWindow?[] _byPrompt = new LengthWindow?[PromptBuckets];
    private readonly RecentWindows _byClient;

    /// <summary>A predictor that has seen nothing.</summary>
    /// <param name="coverage">Fraction of the lengths that the interval is to contain, from 0.5 to 0.99.</param>
    /// <param name="clientWindows">
    /// Windows kept for clients, from 1: one for each client and one for each of its lengths of prompt by powers of two.
    /// </param>
    public LearnedPredictor(decimal coverage = DefaultCoverage, int clientWindows = DefaultClientWindows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(coverage, 0.5m);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(coverage, 0.99m);
        ArgumentOutOfRangeException.ThrowIfLessThan(clientWindows, 1);
        _byClient = new RecentWindows(clientWindows, WindowRequests);
        for (int count = 0; count < _ranks.Length; count++)
        {
            _ranks[count] = (int)((count + 1) * (1 - coverage) / 2);
        }

        LeastRequests = Math.Max(FewestRequests, Array.IndexOf(_ranks, 1));
    }

    /// <summary>What is believed before anything is known.</summary>
    public static LengthPrediction Prior => new(256, 1, 4096);

    /// <summary>Finished requests from which on a window is believed: 20, or as many as the coverage needs.</summary>
    public int LeastRequests { get; }

    /// <inheritdoc/>
    public Signals Provides => Signals.PredictedLength | Signals.LengthInterval;

    /// <inheritdoc/>
    public LengthPrediction Predict(in InferenceRequest request)
    {
        LengthPrediction believed = Nearest(request) is { } window ? window.Between(_ranks[window.Count]) : Prior;
        return request.Details?.MaxOutputTokens is { } limit && limit > 0 ? AtMost(limit, believed) : believed;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="outputTokens"/> is not positive.</exception>
    public void Learn(in InferenceRequest request, int outputTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputTokens);
        int bucket = BucketOf(request);
        _all.Add(outputTokens);
        (_byPrompt[bucket] ??= new LengthWindow(WindowRequests)).Add(outputTokens);
        if (request.Details?.Client is { Length: > 0 } client)
        {
            ulong hash = StableHash.Of(client);
            _byClient.Add(OfClient(hash), outputTokens);
            _byClient.Add(OfClientAndPrompt(hash, bucket), outputTokens);
        }
    }

    private static LengthPrediction AtMost(int limit, LengthPrediction believed) =>
        new(Math.Min(believed.Point, limit), Math.Min(believed.Lower, limit), Math.Min(believed.Upper, limit));

    private static int BucketOf(in InferenceRequest request) => BitOperations.Log2((uint)request.PromptTokens);

    private static ulong OfClient(ulong client) => StableHash.Combine(client, PromptBuckets);

    private static ulong OfClientAndPrompt(ulong client, int bucket) => StableHash.Combine(client, (ulong)bucket);

    private LengthWindow? Nearest(in InferenceRequest request)
    {
        int bucket = BucketOf(request);
        if (request.Details?.Client is { Length: > 0 } client)
        {
            ulong hash = StableHash.Of(client);
            LengthWindow? known = Enough(_byClient.Find(OfClientAndPrompt(hash, bucket))) ?? Enough(_byClient.Find(OfClient(hash)));
            if (known is not null)
            {
                return known;
            }
        }

        return Enough(_byPrompt[bucket]) ?? Enough(_all);
    }

    private LengthWindow? Enough(LengthWindow? window) => window?.Count >= LeastRequests ? window : null;
}
