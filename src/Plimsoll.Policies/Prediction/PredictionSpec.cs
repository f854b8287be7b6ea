using Plimsoll.Core;

namespace Plimsoll.Policies.Prediction;

/// <summary>A predictor the user chose: immutable, so that every run and replication can create its own.</summary>
public sealed class PredictionSpec
{
    private readonly PredictionForm _form;
    private readonly decimal[] _numbers;

    private PredictionSpec(PredictionForm form, decimal[] numbers)
    {
        (_form, _numbers) = (form, numbers);
        ILengthPredictor example = Create(default);
        Provides = example.Provides;
        ClassThresholdTokens = (example as ClassPredictor)?.ThresholdTokens ?? 0;
    }

    /// <summary>Every form on one line, for help texts and messages.</summary>
    public static string Forms { get; } = Listed([.. PredictionForm.All.Select(form => form.Syntax)]);

    /// <summary>Every form with what it means and the range of its numbers, one a line, for a long help text.</summary>
    public static IReadOnlyList<string> Help { get; } = [.. PredictionForm.All.Select(Explained)];

    /// <summary>Nothing is believed.</summary>
    public static PredictionSpec None { get; } = new(PredictionForm.All.Single(form => form.Name == "none"), []);

    /// <summary>Which signals its predictors give.</summary>
    public Signals Provides { get; }

    /// <summary>Whether its predictors look at the true output length, which only a simulation knows.</summary>
    public bool SeesTrueLength => _form.SeesTrueLength;

    /// <summary>The greatest length that is short, if a class is predicted; else 0.</summary>
    public int ClassThresholdTokens { get; }

    /// <summary>Reads <c>name[:number[:number]]</c>, one of <see cref="Forms"/>.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="problems">Everything wrong with it, one sentence each; empty if the result is not null.</param>
    /// <returns>The choice, or null if there are problems.</returns>
    public static PredictionSpec? Parse(string text, out IReadOnlyList<string> problems)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<string> found = [];
        problems = found;
        PredictionForm? form = PredictionForm.All.Where(form => IsOf(form, text)).MaxBy(form => form.Name.Length);
        if (form is null)
        {
            string name = text.Split(':')[0];
            found.Add($"unknown predictor '{name}'; {Suggestion.For(name, [.. PredictionForm.All.Select(known => known.Name)])}");
            return null;
        }

        decimal[] numbers = Read(form, text, found);
        return found.Count == 0 ? new PredictionSpec(form, numbers) : null;
    }

    /// <summary>A new predictor that has learned nothing.</summary>
    /// <param name="tree">The randomness of the run: with one seed a request meets one error, whatever the policy.</param>
    public ILengthPredictor Create(RandomTree tree) => _form.Create(_numbers, tree);

    /// <summary>The choice as the user would write it; parsing it gives the same choice.</summary>
    public override string ToString() => _form.Name + string.Concat(_numbers.Select(number => $":{PredictionNumber.Write(number)}"));

    private static bool IsOf(PredictionForm form, string text) =>
        text == form.Name || (text.StartsWith(form.Name, StringComparison.Ordinal) && text[form.Name.Length] == ':');

    private static decimal[] Read(PredictionForm form, string text, List<string> problems)
    {
        string[] parts = text.Length == form.Name.Length ? [] : text[(form.Name.Length + 1)..].Split(':');
        decimal[] numbers = [.. form.Numbers.Select(number => number.Fallback ?? 0)];
        if (parts.Length > numbers.Length || parts.Length < form.Numbers.Count(number => number.Fallback is null))
        {
            problems.Add($"'{text}' has {Counted(parts.Length)}; write {form.Syntax}");
        }

        for (int i = 0; i < Math.Min(parts.Length, numbers.Length); i++)
        {
            if (!form.Numbers[i].TryRead(parts[i], out numbers[i]))
            {
                problems.Add($"'{text}': {form.Numbers[i].Name} must be {form.Numbers[i].Range}, not '{parts[i]}'");
            }
        }

        if (problems.Count == 0 && form.Ascending && numbers[0] > numbers[1])
        {
            problems.Add($"'{text}': {form.Numbers[0].Name} must not be above {form.Numbers[1].Name}");
        }

        return numbers;
    }

    private static string Counted(int numbers) => numbers switch
    {
        0 => "no number",
        1 => "1 number",
        _ => $"{numbers} numbers",
    };

    private static string Listed(string[] words) => $"{string.Join(", ", words[..^1])} or {words[^1]}";

    private static string Explained(PredictionForm form) =>
        $"{form.Syntax}: {form.Summary}" + string.Concat(form.Numbers.Select(number => $"; {number.Name} is {number.Range}")
            .Concat(form.Numbers.Where(number => number.Fallback is not null)
                .Select(number => $", {PredictionNumber.Write(number.Fallback!.Value)} if not given")));
}
