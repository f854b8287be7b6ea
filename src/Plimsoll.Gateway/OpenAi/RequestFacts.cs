namespace Plimsoll.Gateway.OpenAi;

/// <summary>
/// What the gateway reads from a request: only what admission, order and routing need. The body itself goes on untouched.
/// </summary>
public sealed record RequestFacts
{
    /// <summary>The model asked for; empty if the body names none.</summary>
    public string Model { get; init; } = "";

    /// <summary>Whether the answer comes as a stream of events.</summary>
    public bool Streams { get; init; }

    /// <summary>The client's limit on output tokens, from 1; null if it sets none.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>Lower goes first, as in vLLM's body field; 0 when nothing was said.</summary>
    public int Priority { get; init; }

    /// <summary>Whom the request is for, as the body says; null when it does not.</summary>
    public string? User { get; init; }

    /// <summary>Bytes of the prompt as it stands in the body.</summary>
    public int PromptBytes { get; init; }

    /// <summary>Where in the body it begins.</summary>
    public int PromptStart { get; init; }

    /// <summary>Whether the client keeps its prompt apart from others' in the engines' caches.</summary>
    public bool IsSalted { get; init; }

    /// <summary>The prompt's prefixes, one hash for each <see cref="PromptPrefixes.BlockBytes"/> bytes of it.</summary>
    public ulong[] PrefixHashes { get; init; } = [];
}
