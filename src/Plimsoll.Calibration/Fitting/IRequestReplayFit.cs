using Plimsoll.Calibration.Profiles;

namespace Plimsoll.Calibration.Fitting;

/// <summary>
/// Learns the prices of an affine step from requests that ran beside each other, by running them again. This is the seam between step
/// observations, which this folder fits, and requests, which need an engine to be understood.
/// </summary>
public interface IRequestReplayFit
{
    /// <summary>The fit, its parameters named as those of the affine-mixed form; or null with the reason.</summary>
    FittedForm? Fit(IReadOnlyList<RequestRecord> requests, out string reason);
}
