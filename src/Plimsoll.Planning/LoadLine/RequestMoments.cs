namespace Plimsoll.Planning.LoadLine;

/// <summary>
/// What the load line needs to know of lengths: means and second moments of prompt (s) and output (o), with the chunk c in which prompts
/// are computed. Lengths may depend on each other: products are means of products.
/// </summary>
public sealed record RequestMoments
{
    /// <summary>c: prompt tokens a step adds to a request, above 0; infinity where a prompt is computed in one step.</summary>
    public required double ChunkTokens { get; init; }

    /// <summary>E[s] in tokens.</summary>
    public required double Prompt { get; init; }

    /// <summary>E[s²].</summary>
    public required double PromptSquared { get; init; }

    /// <summary>E[o] in tokens.</summary>
    public required double Output { get; init; }

    /// <summary>E[o²].</summary>
    public required double OutputSquared { get; init; }

    /// <summary>E[s·o].</summary>
    public required double Product { get; init; }

    /// <summary>E[h], h being the prompt tokens found in a prefix cache; 0 without one.</summary>
    public double Cached { get; init; }

    /// <summary>E[h²].</summary>
    public double CachedSquared { get; init; }

    /// <summary>E[⌈(s − h)/c⌉]: steps in which a prompt is computed, from 1.</summary>
    public required double Chunks { get; init; }

    /// <summary>E[s·⌈(s − h)/c⌉].</summary>
    public required double PromptChunks { get; init; }

    /// <summary>E[o·⌈(s − h)/c⌉].</summary>
    public required double OutputChunks { get; init; }

    /// <summary>
    /// The greatest s + o: of the law's support, of the trace, or what all but two in a million of an unbounded law stay below.
    /// </summary>
    public required long LongestTokens { get; init; }

    /// <summary>The least s + o.</summary>
    public required long ShortestTokens { get; init; }

    /// <summary>Requests that were summed over; 0 where the moments are those of a law.</summary>
    public long Requests { get; init; }

    /// <summary>
    /// Bound on the relative error of the moments with ⌈(s − h)/c⌉; 0 where they were summed exactly. All others are exact.
    /// </summary>
    public double ChunkError { get; init; }

    /// <summary>Content that several requests share and that is held once; null where nothing is shared.</summary>
    public SharedBlocks? Sharing { get; init; }

    /// <summary>E[s − h]: prompt tokens to compute.</summary>
    public double ComputedPrompt => Prompt - Cached;

    /// <summary>E[s² − h²]: twice the (query, key) pairs of a prompt, whatever its chunks; also its ramp times 2c.</summary>
    public double ComputedPromptSquared => PromptSquared - CachedSquared;

    /// <summary>m_p + m_d: tokens to compute, which a token budget limits.</summary>
    public double ComputedTokens => ComputedPrompt + Output;

    /// <summary>E[(s − h)/c + o]: steps a request is resident, counted as g counts them.</summary>
    public double ResidentSteps => (ComputedPrompt / ChunkTokens) + Output;

    /// <summary>
    /// E[g] in token·steps: ( E[s − h] + E[s² − h²]/c )/2 + E[s·o] + ( E[o] + E[o²] )/2. Without a cache it is the mean of
    /// <see cref="RequestMemory.TokenSteps"/>; with one, a prompt's ramp begins at h. Source: scheduling theory, section 1.2.
    /// </summary>
    public double TokenSteps =>
        ((ComputedPrompt + (ComputedPromptSquared / ChunkTokens)) / 2) + Product + ((Output + OutputSquared) / 2);

    /// <summary>
    /// E[(s + o)(⌈(s − h)/c⌉ + o)] in token·steps: what a request occupies if its peak is reserved from its first step to its last.
    /// Source: scheduling theory, section 1.2.
    /// </summary>
    public double ReservedTokenSteps => PromptChunks + Product + OutputChunks + OutputSquared;

    /// <summary>The same requests without a cache: what each of them asks for by itself.</summary>
    public RequestMoments Unshared => this with { Cached = 0, CachedSquared = 0, Sharing = null };

    /// <summary>The same requests with every prompt and every output longer by a factor.</summary>
    /// <param name="prompt">Factor of prompts (and of what is cached of them), above 0.</param>
    /// <param name="output">Factor of outputs, above 0.</param>
    public RequestMoments Scaled(double prompt, double output) => this with
    {
        Prompt = Prompt * prompt,
        PromptSquared = PromptSquared * prompt * prompt,
        Output = Output * output,
        OutputSquared = OutputSquared * output * output,
        Product = Product * prompt * output,
        Cached = Cached * prompt,
        CachedSquared = CachedSquared * prompt * prompt,
        Chunks = Chunks * prompt,
        PromptChunks = PromptChunks * prompt * prompt,
        OutputChunks = OutputChunks * output * prompt,
    };
}
