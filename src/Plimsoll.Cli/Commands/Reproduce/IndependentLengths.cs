using Plimsoll.Core;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>Prompts and outputs that have nothing to do with each other.</summary>
/// <param name="Prompt">Law of prompts.</param>
/// <param name="Output">Law of outputs.</param>
internal sealed record IndependentLengths(LengthDistribution Prompt, LengthDistribution Output) : ILengthPairs
{
    public (int PromptTokens, int OutputTokens) Sample(ref RandomStream promptDice, ref RandomStream outputDice) =>
        (Prompt.Sample(ref promptDice), Output.Sample(ref outputDice));
}
