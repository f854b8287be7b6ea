namespace Plimsoll.Calibration.Fitting;

/// <summary>
/// Fits a step time to rows: holds a part out, chooses a form by cross-validation on the rest, judges it on the part held out, and fits
/// it again to everything, so that what is written is at least as good as what is stated.
/// </summary>
public static class StepTimeFit
{
    /// <summary>The least number of rows worth a fit.</summary>
    public const int FewestRows = 4;

    /// <summary>The fit; null, with the reason, when no form fits (or when the form asked for does not).</summary>
    /// <exception cref="ArgumentException">The form asked for is not known.</exception>
    public static StepTimeCalibration? Run(IReadOnlyList<StepObservation> rows, FitOptions options, out string reason)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        rows = RepeatedShapes.Merge(rows);
        if (rows.Count < FewestRows)
        {
            reason = $"{rows.Count} usable rows of different shapes are too few: give {FewestRows} at least";
            return null;
        }

        IReadOnlyList<IStepForm> forms = StepForms.All;
        bool[] heldOut = RowGroups.HeldOut(rows, options.HoldoutShare, out string holdoutBy);
        StepObservation[] seen = [.. rows.Where((_, i) => !heldOut[i])];
        List<FormScore> scores = CrossValidation.Run(forms, seen, options.Folds, out string foldsBy);
        IStepForm? form = Choose(forms, scores, options.Form);
        if (form is null)
        {
            reason = "no form fits: " + string.Join("; ", scores.Select(score => $"{score.Form}: {score.Reason}"));
            return null;
        }

        (FittedForm? judged, reason) = form.Fit(seen);
        FittedForm? chosen = judged is null ? null : form.Fit(rows).Form;
        if (judged is null || chosen is null)
        {
            reason = $"{form.Name}: {reason}";
            return null;
        }

        IStepForm affine = StepForms.Find(StepForms.AffineMixed)!;
        FittedForm? affineJudged = affine.Fit(seen).Form;
        Residual[] residuals = [.. rows.Select((row, i) => new Residual(row, (heldOut[i] ? judged : chosen).Seconds(row), heldOut[i]))];
        return new StepTimeCalibration
        {
            Chosen = chosen,
            Asked = options.Form is not null,
            Affine = affine.Fit(rows).Form,
            Scores = scores,
            FoldsBy = foldsBy,
            HoldoutBy = holdoutBy,
            HeldOut = ErrorSummary.Of([.. residuals.Where(each => each.HeldOut).Select(each => each.Error)]),
            AffineHeldOut = ErrorSummary.Of(
                [.. rows.Where((_, i) => heldOut[i] && affineJudged is not null).Select(row => affineJudged!.ErrorAt(row))]),
            InSample = ErrorSummary.Of([.. rows.Select(row => chosen.ErrorAt(row))]),
            Residuals = residuals,
        };
    }

    private static IStepForm? Choose(IReadOnlyList<IStepForm> forms, List<FormScore> scores, string? asked)
    {
        if (asked is not null)
        {
            return StepForms.Find(asked) ?? throw new ArgumentException($"no form is called '{asked}'", nameof(asked));
        }

        int chosen = CrossValidation.Choose(forms, scores);
        return chosen < 0 ? null : forms[chosen];
    }
}
