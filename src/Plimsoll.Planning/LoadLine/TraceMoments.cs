using Plimsoll.Core;

namespace Plimsoll.Planning.LoadLine;

/// <summary>
/// Moments of recorded requests, summed request by request, so that lengths may depend on each other. With prefix caching, prompt tokens
/// that an earlier request of the trace began with are not computed again, and content that is used together is held once
/// (<see cref="SharedBlocks"/>). The cache forgets nothing: this is the most that reuse can give.
/// </summary>
public sealed class TraceMoments
{
    private readonly double _chunkTokens;
    private readonly SharedBlocksBuilder? _blocks;
    private long _requests;
    private double _prompt;
    private double _promptSquared;
    private double _output;
    private double _outputSquared;
    private double _product;
    private double _cached;
    private double _cachedSquared;
    private double _chunks;
    private double _promptChunks;
    private double _outputChunks;
    private long _longest;
    private long _shortest = long.MaxValue;

    /// <summary>No requests yet.</summary>
    /// <param name="chunkTokens">c, above 0; infinity where a prompt is computed in one step.</param>
    /// <param name="prefixCaching">Whether equal beginnings of prompts are computed once.</param>
    public TraceMoments(double chunkTokens, bool prefixCaching)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunkTokens);
        _chunkTokens = chunkTokens;
        _blocks = prefixCaching ? new SharedBlocksBuilder(chunkTokens) : null;
    }

    /// <summary>Takes in one request.</summary>
    public void Add(in InferenceRequest request)
    {
        double prompt = request.PromptTokens;
        double output = request.OutputTokens;
        double cached = _blocks?.Add(request) ?? 0;
        double chunks = Math.Max(1, Math.Ceiling((prompt - cached) / _chunkTokens));
        _requests++;
        _prompt += prompt;
        _promptSquared += prompt * prompt;
        _output += output;
        _outputSquared += output * output;
        _product += prompt * output;
        _cached += cached;
        _cachedSquared += cached * cached;
        _chunks += chunks;
        _promptChunks += prompt * chunks;
        _outputChunks += output * chunks;
        _longest = Math.Max(_longest, (long)request.PromptTokens + request.OutputTokens);
        _shortest = Math.Min(_shortest, (long)request.PromptTokens + request.OutputTokens);
    }

    /// <summary>The moments of the requests so far, of which there is at least one.</summary>
    public RequestMoments Build() => new()
    {
        ChunkTokens = _chunkTokens,
        Prompt = _prompt / _requests,
        PromptSquared = _promptSquared / _requests,
        Output = _output / _requests,
        OutputSquared = _outputSquared / _requests,
        Product = _product / _requests,
        Cached = _cached / _requests,
        CachedSquared = _cachedSquared / _requests,
        Chunks = _chunks / _requests,
        PromptChunks = _promptChunks / _requests,
        OutputChunks = _outputChunks / _requests,
        LongestTokens = _longest,
        ShortestTokens = _shortest,
        Requests = _requests,
        Sharing = _blocks?.Build(),
    };
}
