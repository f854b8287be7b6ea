namespace Plimsoll.Gateway.Emulation.Answers;

/// <summary>What a client asked for, as far as an emulated model heeds it.</summary>
internal sealed record CallBody
{
    public string? Model { get; init; }

    public bool Streams { get; init; }

    /// <summary>Whether a stream ends with its usage, and whether each chunk has it.</summary>
    public bool IncludesUsage { get; init; }

    public bool RepeatsUsage { get; init; }

    /// <summary>Limit on output tokens; null for none.</summary>
    public int? MaxTokens { get; init; }

    public int MinTokens { get; init; }

    public bool IgnoresEnd { get; init; }

    public int Priority { get; init; }

    /// <summary>The client's own seed; null for none.</summary>
    public long? Seed { get; init; }

    /// <summary>Whether the same prompt is to give the same text.</summary>
    public bool Repeats { get; init; }

    /// <summary>Answers to each prompt.</summary>
    public int Samples { get; init; } = 1;

    public required IReadOnlyList<PromptText> Prompts { get; init; }

    /// <summary>Embeddings: how many numbers each has, and whether they come as base64.</summary>
    public int Dimensions { get; init; } = 256;

    public bool Base64 { get; init; }
}
