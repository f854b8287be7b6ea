using Plimsoll.Calibration.Fitting;
using Plimsoll.Calibration.Physics;
using Plimsoll.Calibration.Profiles;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance;
using Plimsoll.Performance.StepTime;

namespace Plimsoll.Cli.Commands.Calibrate;

/// <summary>A calibration with all that its report says.</summary>
internal sealed record CalibrateReport
{
    public required string Title { get; init; }

    public required StepTimeCalibration Fit { get; init; }

    public required SourceReading Reading { get; init; }

    /// <summary>Rows of profile.csv.</summary>
    public required IReadOnlyList<StepObservation> Profile { get; init; }

    /// <summary>Errors, on all rows read, of what a reader of profile.csv gets; no rows where all are means over many steps.</summary>
    public required ErrorSummary AsWritten { get; init; }

    /// <summary>Whether a reader accepts profile.csv; it is not written otherwise.</summary>
    public required bool HasProfile { get; init; }

    public required IReadOnlyList<ReportEntry> Configuration { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>The text to paste after <c>--step-time</c>; null when no affine form fits.</summary>
    public string? Affine => Fit.Affine is null ? null : AffineText.Of(Fit.Affine);

    /// <summary>Rejected rows by file and kind: how many, and the first.</summary>
    public IEnumerable<(string File, string Kind, int Rows, RejectedRow First)> Rejected => Reading.Rejected
        .GroupBy(row => (row.File, row.Kind))
        .Select(group => (group.Key.File, group.Key.Kind, group.Count(), group.First()));

    /// <summary>Gathers a report.</summary>
    public static CalibrateReport Of(CalibrateInput input, SourceReading reading, StepTimeCalibration fit)
    {
        List<string> notes = fit.Replayed ? [.. reading.Notes, .. fit.Notes, .. NotesOnReplay(fit, reading)] : [.. reading.Notes, .. NotesOn(fit, reading)];
        IReadOnlyList<StepObservation> profile = ProfileTable.RowsOf(fit.Chosen, reading.Steps);
        if (input.Target.Limits is PhysicalLimits limits)
        {
            int slow = profile.Count(row => limits.WhyImpossible(row) is not null);
            profile = [.. profile.Select(row => row with { Seconds = Math.Max(row.Seconds, limits.LeastSeconds(row)) })];
            if (slow > 0)
            {
                notes.Add($"{slow} rows of profile.csv, beyond what was measured, came out faster than the hardware and were raised to its limit.");
            }
        }

        ReadResult<TableStepTime> readBack = ProfileTable.ReadBack(profile);
        notes.AddRange(readBack.Problems.Select(problem => $"profile.csv is not written, as it could not be used: {problem.Field} {problem.Message}"));
        double[] written = readBack.Value is not TableStepTime table
            ? []
            : [.. reading.Steps.Where(row => !row.IsAverage).Select(row => (table.StepPicoseconds(row.ToShape()) * 1e-12 / row.Seconds) - 1)];
        return new CalibrateReport
        {
            Title = $"Step time of {input.Target.Model?.Id ?? "a model"} on {input.Target.TensorParallel} x {input.Target.Gpu?.Id ?? "an engine"}",
            Fit = fit,
            Reading = reading,
            Profile = profile,
            HasProfile = readBack.Value is not null,
            AsWritten = ErrorSummary.Of(written),
            Configuration = fit.Replayed ? [.. input.Configuration, .. input.Engine.Configuration] : input.Configuration,
            Notes = notes,
        };
    }

    private static IEnumerable<string> NotesOnReplay(StepTimeCalibration fit, SourceReading reading)
    {
        if (fit.HeldOut.Rows == 0)
        {
            yield return "Nothing was held out: there is no error to state.";
        }

        string[] unsure = [.. fit.Chosen.Parameters.Where(parameter => !parameter.Determined).Select(parameter => parameter.Name)];
        if (unsure.Length > 0)
        {
            yield return $"The requests do not determine {string.Join(", ", unsure)}: spread lengths and load wider.";
        }

        if (reading.Rejected.Count > 0)
        {
            yield return $"{reading.Rejected.Count} requests are not in the replay, though the engine may have worked on them.";
        }
    }

    private static IEnumerable<string> NotesOn(StepTimeCalibration fit, SourceReading reading)
    {
        if (fit.HoldoutBy == "row" && fit.HeldOut.Rows > 0)
        {
            yield return "Too few batch sizes to hold whole ones out: single rows were held out, which judges more kindly.";
        }

        if (fit.HeldOut.Rows == 0)
        {
            yield return "Nothing was held out: errors are those of rows the fit has seen.";
        }

        if (!reading.Steps.Any(row => row.PrefillTokens > 0))
        {
            yield return "No row holds prefill tokens: their price is 0 here, which is wrong.";
        }

        if (!reading.Steps.Any(row => row.DecodeSequences > 0))
        {
            yield return "No row holds decodes: their price is 0 here, which is wrong.";
        }

        if (!reading.Steps.Any(row => row.IsMixed))
        {
            yield return "No row mixes prefill and decode: what mixing costs is unknown and taken as 0.";
        }

        string[] unsure = [.. fit.Chosen.Parameters.Where(parameter => !parameter.Determined).Select(parameter => parameter.Name)];
        if (unsure.Length > 0)
        {
            yield return $"The rows do not determine {string.Join(", ", unsure)}.";
        }

        if (fit.Chosen.Outliers > 0)
        {
            yield return $"{fit.Chosen.Outliers} rows lie far from everything the form can say and were left out of the fit; they count in the errors.";
        }
    }
}
