using Plimsoll.Core;

namespace Plimsoll.Gateway.Emulation;

/// <summary>One sequence that the engine serves, and what it has told of it. The call it belongs to is answered by somebody else.</summary>
/// <param name="call">Its call.</param>
/// <param name="index">Its place there.</param>
/// <param name="prompt">Its prompt.</param>
/// <param name="outputTokens">Tokens it will have, from 1.</param>
/// <param name="limit">The limit on them, not below that.</param>
/// <param name="textSeed">Seed of what it writes.</param>
internal sealed class EmulatedSequence(EmulatedCall call, int index, PromptText prompt, int outputTokens, int limit, ulong textSeed)
{
    public EmulatedCall Call => call;

    public int Index => index;

    public PromptText Prompt => prompt;

    public int OutputTokens => outputTokens;

    public int Limit => limit;

    public ulong TextSeed => textSeed;

    /// <summary>Whether the model stops by itself, before the limit.</summary>
    public bool Stops => outputTokens < limit;

    public RequestId Id { get; set; } = new(-1);

    public Instant Arrival { get; set; }

    /// <summary>Tokens told so far, and when the last of them came.</summary>
    public int ToldTokens { get; set; }

    public Instant LastToken { get; set; }
}
