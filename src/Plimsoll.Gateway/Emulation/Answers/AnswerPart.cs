namespace Plimsoll.Gateway.Emulation.Answers;

/// <summary>One choice of an answer, as far as it has come.</summary>
/// <param name="sequence">What the engine serves.</param>
internal sealed class AnswerPart(EmulatedSequence sequence)
{
    public int Index => sequence.Index;

    /// <summary>Output tokens it has.</summary>
    public int Tokens { get; set; }

    public bool HasEnded { get; set; }

    public int CachedTokens { get; set; }

    /// <summary>Why it ended; null while it goes on.</summary>
    public string? FinishReason => !HasEnded ? null : sequence.Stops ? "stop" : "length";

    /// <summary>The text of its tokens from one on.</summary>
    public string TextFrom(int token) => FillerText.Of(sequence.TextSeed, token, Tokens, sequence.Stops ? sequence.OutputTokens - 1 : -1);

    /// <summary>Seed of everything that is made up for it.</summary>
    public ulong Seed => sequence.TextSeed;

    public int PromptTokens => sequence.Prompt.Tokens;
}
