using Plimsoll.Core;

namespace Plimsoll.Workloads.Lengths;

/// <summary>Prompt and output lengths that belong together: a joint distribution over whole numbers of tokens, each from 1.</summary>
public interface ILengthPairs
{
    /// <summary>Draws one request.</summary>
    /// <param name="promptDice">The stream that prompts are drawn from.</param>
    /// <param name="outputDice">The stream for what outputs have of their own.</param>
    (int PromptTokens, int OutputTokens) Sample(ref RandomStream promptDice, ref RandomStream outputDice);
}
