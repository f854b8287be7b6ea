namespace Plimsoll.Calibration.Fitting;

/// <summary>A row and what was predicted for it.</summary>
/// <param name="Row">The row.</param>
/// <param name="PredictedSeconds">The prediction; of a row held out, by the fit that has not seen it.</param>
/// <param name="HeldOut">Whether it was held out.</param>
public readonly record struct Residual(StepObservation Row, double PredictedSeconds, bool HeldOut)
{
    /// <summary>Predicted / measured − 1.</summary>
    public double Error => (PredictedSeconds / Row.Seconds) - 1;
}
