namespace Plimsoll.Core;

/// <summary>
/// What only some traces know about a request. Immutable once read; shared by reference, compared by value of its fields.
/// </summary>
public sealed class RequestDetails
{
    /// <summary>The request's own name in the trace, if it has one.</summary>
    public string? ExternalId { get; init; }

    /// <summary>Conversation or agent session it belongs to.</summary>
    public string? Session { get; init; }

    /// <summary>Client or tenant that sent it.</summary>
    public string? Client { get; init; }

    /// <summary>Model asked for.</summary>
    public string? Model { get; init; }

    /// <summary>LoRA adapter asked for.</summary>
    public string? Adapter { get; init; }

    /// <summary>Lower is served earlier; 0 when nothing was said.</summary>
    public int Priority { get; init; }

    /// <summary>Best guess of the output length, in tokens, made by the host when it arrived; 0 when nobody guessed. In no trace.</summary>
    public int PredictedOutputTokens { get; init; }

    /// <summary>Time allowed from arrival to the last token.</summary>
    public Duration? Deadline { get; init; }

    /// <summary>Predicted least number of output tokens, from 1.</summary>
    public int? OutputLower { get; init; }

    /// <summary>Predicted greatest number of output tokens, not below <see cref="OutputLower"/>.</summary>
    public int? OutputUpper { get; init; }

    /// <summary>
    /// Content of the sequence from its first token on, one hash for each <see cref="BlockTokens"/> tokens. Equal hashes mean
    /// equal content and equal content before it. Covers the prompt, whose last block may be partial; tokens beyond the last hash
    /// are unlike anybody else's.
    /// </summary>
    public IReadOnlyList<ulong> PrefixHashes => PrefixHashArray;

    /// <summary>The same hashes without a copy; not to be written to.</summary>
    public ulong[] PrefixHashArray { get; init; } = [];

    /// <summary>Tokens that one hash covers, from 1; 0 when there are none.</summary>
    public int BlockTokens { get; init; }

    /// <summary>The client hangs up after this many output tokens, 0 for before the first; null if it waits to the end.</summary>
    public int? CancelledAfterTokens { get; init; }

    /// <summary>
    /// The limit the client set on output tokens (max_tokens). When it is above the true output length the request ends by a stop
    /// token, which an asynchronous engine learns one step late; null means that it ends by length.
    /// </summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>The same with a guess of the output length.</summary>
    public RequestDetails WithPrediction(int outputTokens) => new()
    {
        ExternalId = ExternalId,
        Session = Session,
        Client = Client,
        Model = Model,
        Adapter = Adapter,
        Priority = Priority,
        PredictedOutputTokens = outputTokens,
        Deadline = Deadline,
        OutputLower = OutputLower,
        OutputUpper = OutputUpper,
        PrefixHashArray = PrefixHashArray,
        BlockTokens = BlockTokens,
        CancelledAfterTokens = CancelledAfterTokens,
        MaxOutputTokens = MaxOutputTokens,
    };
}
