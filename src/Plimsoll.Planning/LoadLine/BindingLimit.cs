namespace Plimsoll.Planning.LoadLine;

/// <summary>What a replica runs out of first.</summary>
public enum BindingLimit
{
    /// <summary>KV memory.</summary>
    Memory,

    /// <summary>Tokens in a step: the token budget.</summary>
    Compute,

    /// <summary>Places in the batch.</summary>
    Sequences,
}
