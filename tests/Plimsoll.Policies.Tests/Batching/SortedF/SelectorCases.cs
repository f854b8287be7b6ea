using Plimsoll.Policies.Batching.SortedF;

namespace Plimsoll.Policies.Tests.Batching.SortedF;

/// <summary>Every selector, by name.</summary>
internal static class SelectorCases
{
    public static readonly string[] Names = ["lambda", "quantile", "swap", "dynamic program", "coarse dynamic program", "relaxation"];

    public static IBatchSelector Create(string name) => name switch
    {
        "lambda" => new LambdaGreedySelector(),
        "quantile" => new QuantileGreedySelector(),
        "swap" => new SwapSelector(),
        "dynamic program" => new DynamicProgramSelector(),
        "coarse dynamic program" => new DynamicProgramSelector(20_000),
        "relaxation" => new RelaxationSelector(new FixedRelaxation(job => job.OutputTokens)),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };
}
