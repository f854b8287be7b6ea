using Plimsoll.Calibration.Profiles;

namespace Plimsoll.Calibration.Fitting;

/// <summary>
/// Learns the prices of an affine step from requests that ran beside each other, by running them again. This is the seam between steps,
/// which this folder fits, and requests, which need an engine to be understood.
/// </summary>
public interface IRequestReplayFit
{
    /// <summary>The fit; or null with the reason.</summary>
    ReplayedFit? Fit(IReadOnlyList<RequestRecord> requests, double holdoutShare, out string reason);
}
