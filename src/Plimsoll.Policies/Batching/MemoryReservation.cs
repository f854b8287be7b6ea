namespace Plimsoll.Policies.Batching;

/// <summary>How much KV memory a request takes when it is admitted; the rest is taken block by block as it grows.</summary>
public enum MemoryReservation
{
    /// <summary>Blocks for the tokens of this step.</summary>
    Chunk,

    /// <summary>Blocks for the whole prompt.</summary>
    Prompt,

    /// <summary>Blocks for the prompt and every output token: nothing can run out later.</summary>
    PromptAndOutput,
}
