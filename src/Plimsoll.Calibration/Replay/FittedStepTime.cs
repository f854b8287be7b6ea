using Plimsoll.Performance.StepTime;

namespace Plimsoll.Calibration.Replay;

/// <summary>Step times with coefficients filled in.</summary>
/// <param name="Model">Time of a step of one engine or rank.</param>
/// <param name="SharedSecondsPerToken">What each new token of any rank in lockstep adds to the step of all; 0 for single engines.</param>
/// <param name="Description">The coefficients, for people; of an affine one, as <c>--step-time</c> takes it.</param>
public sealed record FittedStepTime(IStepTimeModel Model, double SharedSecondsPerToken, string Description);
