using Plimsoll.Core;

namespace Plimsoll.Policies.Prediction;

/// <summary>One kind of predictor as a user meets it.</summary>
internal sealed class PredictionForm
{
    private const decimal MostTokens = 1_000_000_000;
    private const string Tokens = "whole number of tokens";

    /// <summary>Every kind there is, in the order in which they are printed.</summary>
    public static IReadOnlyList<PredictionForm> All { get; } =
    [
        new()
        {
            Name = "none",
            Summary = "nothing is believed",
            Create = (_, _) => new NoPredictor(),
        },
        new()
        {
            Name = "given",
            Summary = "the true length, and the trace's own bounds where it has them",
            SeesTrueLength = true,
            Create = (_, _) => new GivenPredictor(),
        },
        new()
        {
            Name = "exact",
            Summary = "the true length",
            SeesTrueLength = true,
            Create = (_, _) => new ExactPredictor(),
        },
        new()
        {
            Name = "noisy",
            Summary = "the true length times exp(SIGMA Z), Z standard normal",
            Numbers = [new() { Name = "SIGMA", Kind = "number", Minimum = 0, Maximum = 10 }],
            SeesTrueLength = true,
            Create = (numbers, tree) => new LogNormalNoisePredictor((double)numbers[0], tree),
        },
        new()
        {
            Name = "noisy:uniform",
            Summary = "the true length times a number drawn evenly between 1-E and 1+E",
            Numbers = [Fraction("E")],
            SeesTrueLength = true,
            Create = (numbers, tree) => new UniformNoisePredictor((double)numbers[0], tree),
        },
        new()
        {
            Name = "interval",
            Summary = "an interval from 1-X to 1+X times the true length",
            Numbers = [Fraction("X")],
            SeesTrueLength = true,
            Create = (numbers, _) => new RelativeIntervalPredictor(numbers[0]),
        },
        new()
        {
            Name = "fixed",
            Summary = "the interval from L to U for every request",
            Numbers = [Count("L", MostTokens), Count("U", MostTokens)],
            Ascending = true,
            Create = (numbers, _) => new FixedIntervalPredictor((int)numbers[0], (int)numbers[1]),
        },
        new()
        {
            Name = "buckets",
            Summary = "which bucket of W tokens the true length falls into",
            Numbers = [Count("W", MostTokens)],
            SeesTrueLength = true,
            Create = (numbers, _) => new BucketPredictor((int)numbers[0]),
        },
        new()
        {
            Name = "class",
            Summary = "whether the true length is short (up to T tokens) or long",
            Numbers = [Count("T", MostTokens / 2)],
            SeesTrueLength = true,
            Create = (numbers, _) => new ClassPredictor((int)numbers[0]),
        },
        new()
        {
            Name = "recorded",
            Summary = "the bounds that the trace carries",
            Create = (_, _) => new RecordedPredictor(),
        },
        new()
        {
            Name = "learned",
            Summary = "quantiles of similar requests that finished lately, an interval that contains the fraction COVERAGE",
            Numbers =
            [
                new() { Name = "COVERAGE", Kind = "number", Minimum = 0.5m, Maximum = 0.99m, Fallback = LearnedPredictor.DefaultCoverage },
            ],
            Create = (numbers, _) => new LearnedPredictor(numbers[0]),
        },
    ];

    /// <summary>What the user writes before the first number.</summary>
    public required string Name { get; init; }

    /// <summary>What is predicted, in a few words.</summary>
    public required string Summary { get; init; }

    /// <summary>The numbers after the name, each after a colon; those with a fallback come last.</summary>
    public IReadOnlyList<PredictionNumber> Numbers { get; init; } = [];

    /// <summary>Whether the second number must not be below the first.</summary>
    public bool Ascending { get; init; }

    /// <summary>Whether it looks at the true length.</summary>
    public bool SeesTrueLength { get; init; }

    /// <summary>Makes the predictor of these numbers.</summary>
    public required Func<IReadOnlyList<decimal>, RandomTree, ILengthPredictor> Create { get; init; }

    /// <summary>The form as help texts show it.</summary>
    public string Syntax =>
        Name + string.Concat(Numbers.Select(number => number.Fallback is null ? $":{number.Name}" : $"[:{number.Name}]"));

    private static PredictionNumber Fraction(string name) =>
        new() { Name = name, Kind = "number", Minimum = 0, Maximum = 1, BelowMaximum = true };

    private static PredictionNumber Count(string name, decimal most) =>
        new() { Name = name, Kind = Tokens, Whole = true, Minimum = 1, Maximum = most };
}
