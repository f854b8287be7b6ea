using Plimsoll.Calibration.Profiles;

namespace Plimsoll.Calibration.Fitting;

/// <summary>
/// Fits what was read: steps by regression; requests by replay, where most of them ran beside others and something can replay them.
/// </summary>
public static class ReadingFit
{
    private const double MostOverlapping = 0.5;

    /// <summary>The fit; or null with the reason.</summary>
    /// <param name="reading">What was read.</param>
    /// <param name="options">How to fit.</param>
    /// <param name="replay">What understands requests that ran beside each other; null when nothing does.</param>
    /// <param name="reason">Why there is no fit; empty when there is one.</param>
    public static StepTimeCalibration? Run(SourceReading reading, FitOptions options, IRequestReplayFit? replay, out string reason)
    {
        ArgumentNullException.ThrowIfNull(reading);
        ArgumentNullException.ThrowIfNull(options);
        bool overlapping = reading.Requests.Count - reading.RequestsAlone > MostOverlapping * reading.Requests.Count;
        if (overlapping && replay is not null && options.Form is null or StepForms.AffineMixed)
        {
            return Replayed(reading, options, replay, out reason);
        }

        StepTimeCalibration? fit = StepTimeFit.Run(reading.Steps, options, out reason);
        if (fit is null && overlapping)
        {
            reason += "; requests that ran beside each other cannot be told apart into steps: send some one at a time";
        }

        return fit;
    }

    private static StepTimeCalibration? Replayed(SourceReading reading, FitOptions options, IRequestReplayFit replay, out string reason)
    {
        if (replay.Fit(reading.Requests, options.HoldoutShare, out reason) is not ReplayedFit replayed)
        {
            return null;
        }

        Residual[] residuals = [.. reading.Steps.Select(row => new Residual(row, replayed.Form.Seconds(row), false))];
        return new StepTimeCalibration
        {
            Chosen = replayed.Form,
            Asked = options.Form is not null,
            Replayed = true,
            Notes = replayed.Notes,
            Affine = replayed.Form,
            Scores = [],
            FoldsBy = "request",
            HoldoutBy = "request",
            HeldOut = replayed.HeldOut,
            AffineHeldOut = replayed.HeldOut,
            InSample = ErrorSummary.Of([.. residuals.Select(each => each.Error)]),
            Residuals = residuals,
        };
    }
}
