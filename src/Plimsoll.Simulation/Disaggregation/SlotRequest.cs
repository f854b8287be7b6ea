namespace Plimsoll.Simulation.Disaggregation;

/// <summary>A request in a slot.</summary>
/// <param name="PromptTokens">Prompt length, from 1.</param>
/// <param name="OutputTokens">Tokens to generate, from 1: a slot serves it for so many steps.</param>
/// <param name="Age">Tokens it has, from 0 and below <paramref name="OutputTokens"/>.</param>
public readonly record struct SlotRequest(int PromptTokens, int OutputTokens, int Age = 0);
