namespace Plimsoll.LoadGen.Prompts;

/// <summary>A stretch of a prompt whose text follows from its seed: the same seed at the same place is the same text.</summary>
/// <param name="Seed">What the text follows from.</param>
/// <param name="From">First token of the prompt that it covers, from 0.</param>
/// <param name="To">The token after the last.</param>
public readonly record struct PromptPart(ulong Seed, int From, int To);
