namespace Plimsoll.Policies.Batching;

/// <summary>Whether prefill and decode share a step.</summary>
public enum StepComposition
{
    /// <summary>Running requests first, each at its place in order of admission, then new ones, within one token budget.</summary>
    Mixed,

    /// <summary>All decodes first whatever the budget, then unfinished prompts, then new ones within what the budget has left.</summary>
    DecodeFirst,

    /// <summary>A step that can admit a prompt runs prompts only; otherwise all running requests decode.</summary>
    PrefillOnly,
}
