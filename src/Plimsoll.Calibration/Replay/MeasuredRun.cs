namespace Plimsoll.Calibration.Replay;

/// <summary>One run of a real engine, from idle.</summary>
/// <param name="Requests">All that it served, in order of arrival.</param>
/// <param name="Judged">Which of them a fit may look at; the others are traffic all the same.</param>
public sealed record MeasuredRun(IReadOnlyList<MeasuredRequest> Requests, IReadOnlyList<bool> Judged);
