using System.CommandLine;
using Plimsoll.Cli.Setup;
using Plimsoll.Policies;
using Plimsoll.Policies.Prediction;

namespace Plimsoll.Cli.Options;

/// <summary>The option <c>--predict</c>: what is believed of output lengths.</summary>
internal static class Predictions
{
    private const Signals Lengths = Signals.PredictedLength | Signals.LengthInterval | Signals.LengthClass;

    public static Option<string?> Option() => Opt.Text("--predict", $"What is believed of output lengths (default given): {PredictionSpec.Forms}.", "P");

    /// <summary>The predictor the user chose; null when it is wrong.</summary>
    public static PredictionSpec? Read(string? text, InputProblems problems)
    {
        PredictionSpec? choice = PredictionSpec.Parse(text ?? "given", out IReadOnlyList<string> found);
        foreach (string problem in found)
        {
            problems.Add("--predict", problem);
        }

        return choice;
    }

    /// <summary>Whether a policy asks how long outputs are believed to be.</summary>
    public static bool Uses(PolicyEntry policy) => (policy.Signals & Lengths) != Signals.None;

    /// <summary>Refuses a policy that needs what is not predicted.</summary>
    public static void Require(PolicyEntry policy, string option, PredictionSpec? prediction, InputProblems problems)
    {
        Signals missing = policy.Signals & Lengths & ~(prediction?.Provides ?? Lengths);
        if (missing != Signals.None)
        {
            problems.Add(option, $"{policy.Name} needs {Describe(missing)}, which --predict {prediction} does not give");
        }
    }

    private static string Describe(Signals signals) => string.Join(" and ", new[]
    {
        signals.HasFlag(Signals.PredictedLength) ? "a predicted length" : "",
        signals.HasFlag(Signals.LengthInterval) ? "an interval for the length" : "",
        signals.HasFlag(Signals.LengthClass) ? "a class of length" : "",
    }.Where(text => text.Length > 0));
}
