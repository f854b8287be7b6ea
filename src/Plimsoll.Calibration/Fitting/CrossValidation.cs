namespace Plimsoll.Calibration.Fitting;

/// <summary>Which form predicts best what it has not seen?</summary>
internal static class CrossValidation
{
    private const double Trimmed = 0.1;
    private const double Negligible = 1e-4;
    private const double NegligibleShare = 0.05;

    /// <summary>The scores of all forms, in order of the forms.</summary>
    public static List<FormScore> Run(IReadOnlyList<IStepForm> forms, IReadOnlyList<StepObservation> rows, int folds, out string by)
    {
        int[] foldOf = RowGroups.Folds(rows, folds, out by);
        bool averages = rows.Any(row => row.IsAverage);
        List<FormScore> scores = [];
        foreach (IStepForm form in forms)
        {
            scores.Add(averages && !form.LearnsFromAverages
                ? Failed(form, "it cannot learn from means over many steps")
                : Score(form, rows, foldOf, folds));
        }

        return scores;
    }

    /// <summary>
    /// The simplest form that is not surely worse than the best: the mean over folds of its score minus the best form's is at most one
    /// standard error of that mean (the one-standard-error rule, on paired folds), or a twentieth of the best score, too small to matter.
    /// -1 when no form has a score.
    /// </summary>
    public static int Choose(IReadOnlyList<IStepForm> forms, IReadOnlyList<FormScore> scores)
    {
        int best = -1;
        for (int i = 0; i < scores.Count; i++)
        {
            if (!double.IsNaN(scores[i].Score) && (best < 0 || scores[i].Score < scores[best].Score))
            {
                best = i;
            }
        }

        int chosen = best;
        for (int i = 0; i < scores.Count; i++)
        {
            if (!double.IsNaN(scores[i].Score)
                && forms[i].Complexity < forms[chosen].Complexity
                && IsAsGood(scores[i].FoldScores, scores[best].FoldScores))
            {
                chosen = i;
            }
        }

        return chosen;
    }

    private static bool IsAsGood(IReadOnlyList<double> scores, IReadOnlyList<double> best)
    {
        double[] worse = [.. scores.Zip(best, (one, other) => one - other)];
        double mean = worse.Average();
        double variance = worse.Sum(value => (value - mean) * (value - mean)) / Math.Max(1, worse.Length - 1);
        return mean <= Math.Max(Math.Max(Negligible, NegligibleShare * best.Average()), Math.Sqrt(variance / worse.Length));
    }

    private static FormScore Score(IStepForm form, IReadOnlyList<StepObservation> rows, int[] foldOf, int folds)
    {
        List<double> foldScores = [];
        List<double> all = [];
        for (int fold = 0; fold < folds; fold++)
        {
            StepObservation[] others = [.. rows.Where((_, i) => foldOf[i] != fold)];
            StepObservation[] own = [.. rows.Where((_, i) => foldOf[i] == fold)];
            if (own.Length == 0)
            {
                continue;
            }

            (FittedForm? fitted, string reason) = form.Fit(others);
            if (fitted is null)
            {
                return Failed(form, reason);
            }

            double[] errors = [.. own.Select(row => fitted.ErrorAt(row))];
            all.AddRange(errors);
            foldScores.Add(FoldScore(own, errors));
        }

        return new FormScore(form.Name, form.Formula, foldScores.Average(), foldScores, ErrorSummary.Of(all), "");
    }

    /// <summary>Every group counts the same, however many rows it has; the worst tenth of all rows does not count.</summary>
    private static double FoldScore(StepObservation[] rows, double[] errors)
    {
        (int[] groupOf, int _) = RowGroups.Of(rows);
        int kept = Math.Max(1, rows.Length - (int)(Trimmed * rows.Length));
        return Enumerable.Range(0, rows.Length)
            .OrderBy(i => Math.Abs(errors[i]))
            .ThenBy(i => i)
            .Take(kept)
            .GroupBy(i => groupOf[i])
            .Average(group => group.Average(i => Math.Abs(errors[i])));
    }

    private static FormScore Failed(IStepForm form, string reason) =>
        new(form.Name, form.Formula, double.NaN, [], ErrorSummary.Of([]), reason);
}
