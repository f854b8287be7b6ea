using System.Globalization;

namespace Plimsoll.Performance.StepTime;

/// <summary>
/// Reads a step-time model from the command line: <c>const:SECONDS</c>,
/// <c>affine:C0:PER_PREFILL_TOKEN:PER_SEQUENCE:PER_CONTEXT_TOKEN[:PER_CONTEXT_TOKEN_WHEN_MIXED]</c> (seconds),
/// <c>iteration:C0:PER_PROMPT_TOKEN:PER_SEQUENCE:PER_GENERATED_TOKEN</c> (seconds), <c>profile:FILE</c>.
/// </summary>
public static class StepTimeSpec
{
    private const double MostStepSeconds = 1_000;
    private const double MostSecondsPerUnit = 1;
    private const double MostSecondsPerContextToken = 1e-3;

    private const string Forms = "const:SECONDS, profile:FILE,"
        + " affine:C0:PER_PREFILL_TOKEN:PER_SEQUENCE:PER_CONTEXT_TOKEN[:PER_CONTEXT_TOKEN_WHEN_MIXED] or"
        + " iteration:C0:PER_PROMPT_TOKEN:PER_SEQUENCE:PER_GENERATED_TOKEN";

    private static readonly (string Name, double Most)[] AffineTerms =
    [
        ("C0", MostStepSeconds),
        ("PER_PREFILL_TOKEN", MostSecondsPerUnit),
        ("PER_SEQUENCE", MostSecondsPerUnit),
        ("PER_CONTEXT_TOKEN", MostSecondsPerContextToken),
        ("PER_CONTEXT_TOKEN_WHEN_MIXED", MostSecondsPerContextToken),
    ];

    private static readonly (string Name, double Most)[] IterationTerms =
    [
        ("C0", MostStepSeconds),
        ("PER_PROMPT_TOKEN", MostSecondsPerUnit),
        ("PER_SEQUENCE", MostSecondsPerUnit),
        ("PER_GENERATED_TOKEN", MostSecondsPerContextToken),
    ];

    /// <summary>The model, or every problem with the text (or with the profile that it names).</summary>
    /// <param name="spec">Text of the option.</param>
    /// <param name="open">
    /// Opens a profile; an <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> becomes a problem.
    /// </param>
    /// <param name="floor">What a profile must not be faster than; null when model and hardware are unknown.</param>
    public static ReadResult<IStepTimeModel> Parse(string spec, Func<string, Stream> open, PhysicalFloor? floor = null)
    {
        int colon = spec.IndexOf(':', StringComparison.Ordinal);
        string kind = colon < 0 ? spec : spec[..colon];
        string rest = colon < 0 ? "" : spec[(colon + 1)..];
        return kind switch
        {
            "const" => Constant(spec, rest),
            "affine" => Affine(spec, rest.Split(':')),
            "iteration" => Iteration(spec, rest.Split(':')),
            "profile" => Profile(spec, rest, open, floor),
            _ => Unknown(spec, kind),
        };
    }

    private static ReadResult<IStepTimeModel> Unknown(string spec, string kind)
    {
        string hint = NameSuggestions.Sentence(kind, ["const", "affine", "iteration", "profile"]);
        return Refused([Problem(spec, "", $"'{kind}' is no kind of step time{hint}; use {Forms}")]);
    }

    private static ReadResult<IStepTimeModel> Constant(string spec, string text)
    {
        List<InputProblem> problems = [];
        double seconds = Seconds(spec, "SECONDS", text, MostStepSeconds, problems);
        if (problems.Count == 0 && Picoseconds.FromSeconds(seconds) == 0)
        {
            problems.Add(Problem(spec, "SECONDS", "must be above 0: a step that takes no time never ends a run"));
        }

        return problems.Count > 0 ? Refused(problems) : Accepted(new ConstantStepTime(seconds));
    }

    private static ReadResult<IStepTimeModel> Affine(string spec, string[] parts)
    {
        List<InputProblem> problems = [];
        if (parts.Length is < 4 or > 5)
        {
            string names = string.Join(':', AffineTerms.Select(term => term.Name));
            problems.Add(Problem(spec, "", $"affine takes four or five numbers ({names}), not {parts.Length}"));
            return Refused(problems);
        }

        var seconds = new double[AffineTerms.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            seconds[i] = Seconds(spec, AffineTerms[i].Name, parts[i], AffineTerms[i].Most, problems);
        }

        if (problems.Count == 0 && seconds.Take(4).All(value => Picoseconds.FromSeconds(value) == 0))
        {
            problems.Add(Problem(spec, "", "at least one of the first four numbers must be above 0"));
        }

        return problems.Count > 0
            ? Refused(problems)
            : Accepted(new AffineStepTime(seconds[0], seconds[1], seconds[2], seconds[3], seconds[4]));
    }

    private static ReadResult<IStepTimeModel> Iteration(string spec, string[] parts)
    {
        List<InputProblem> problems = [];
        if (parts.Length != IterationTerms.Length)
        {
            string names = string.Join(':', IterationTerms.Select(term => term.Name));
            problems.Add(Problem(spec, "", $"iteration takes four numbers ({names}), not {parts.Length}"));
            return Refused(problems);
        }

        double[] seconds = [.. parts.Select((part, i) => Seconds(spec, IterationTerms[i].Name, part, IterationTerms[i].Most, problems))];
        if (problems.Count == 0 && Picoseconds.FromSeconds(seconds[0]) + Picoseconds.FromSeconds(seconds[2]) == 0)
        {
            problems.Add(Problem(spec, "", "C0 or PER_SEQUENCE must be above 0"));
        }

        return problems.Count > 0 ? Refused(problems) : Accepted(new IterationStepTime(seconds[0], seconds[1], seconds[2], seconds[3]));
    }

    private static ReadResult<IStepTimeModel> Profile(string spec, string file, Func<string, Stream> open, PhysicalFloor? floor)
    {
        if (file.Length == 0)
        {
            return Refused([Problem(spec, "FILE", "profile needs a file name: profile:FILE")]);
        }

        List<InputProblem> problems = [];
        IReadOnlyList<ProfileRow> rows;
        try
        {
            using Stream csv = open(file);
            rows = ProfileReader.Read(csv, file, problems);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Refused([new InputProblem(file, 0, "", $"cannot be read: {failure.Message}")]);
        }

        if (problems.Count > 0)
        {
            return Refused(problems);
        }

        ReadResult<TableStepTime> table = TableFit.Build(rows, file, floor);
        return new(table.Value, table.Problems, table.Warnings);
    }

    private static double Seconds(string spec, string name, string text, double most, List<InputProblem> problems)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= 0 && value <= most)
        {
            return value;
        }

        string range = string.Create(CultureInfo.InvariantCulture, $"must be a number of seconds from 0 to {most}");
        problems.Add(Problem(spec, name, $"{range}, not '{text}'"));
        return 0;
    }

    private static InputProblem Problem(string spec, string field, string message) => new(spec, 0, field, message);

    private static ReadResult<IStepTimeModel> Accepted(IStepTimeModel model) => new(model, [], []);

    private static ReadResult<IStepTimeModel> Refused(IReadOnlyList<InputProblem> problems) => new(null, problems, []);
}
