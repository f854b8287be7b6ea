using Plimsoll.Policies.Prediction;

namespace Plimsoll.Cli.Setup.Serving;

/// <summary>What a live fleet can believe of output lengths: what it has learned, or what it is told for all.</summary>
internal static class LivePrediction
{
    /// <summary>Reads the choice; null for none, or if it is wrong.</summary>
    public static PredictionSpec? Read(string? text, Action<string> refuse)
    {
        if (text is null or "none")
        {
            return null;
        }

        PredictionSpec? choice = PredictionSpec.Parse(text, out IReadOnlyList<string> problems);
        foreach (string problem in problems)
        {
            refuse(problem);
        }

        bool isLive = choice is { SeesTrueLength: false } && !text.StartsWith("recorded", StringComparison.Ordinal);
        if (choice is not null && !isLive)
        {
            refuse($"'{text}' looks at true output lengths, which no live fleet knows; write learned, fixed:L:U or none");
        }

        return isLive ? choice : null;
    }
}
