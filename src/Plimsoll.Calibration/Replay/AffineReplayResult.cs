namespace Plimsoll.Calibration.Replay;

/// <summary>An affine step time learned from whole requests.</summary>
/// <param name="Terms">Its coefficients.</param>
/// <param name="OutsideSeconds">What each request spent outside the engine: client, network and front end, both ways; from 0.</param>
/// <param name="StandardErrors">
/// How far the five coefficients would scatter, by the curvature of the last regression; not-a-number for those at 0.
/// </param>
public sealed record AffineReplayResult(AffineTerms Terms, double OutsideSeconds, IReadOnlyList<double> StandardErrors);
