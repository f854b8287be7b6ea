namespace Plimsoll.LoadGen.Runs;

/// <summary>One trial of a search: a run at a rate.</summary>
/// <param name="Rate">Requests per second that were offered.</param>
/// <param name="Trial">Which trial at this rate, from 0.</param>
/// <param name="GoodFraction">Share of its requests that kept every limit.</param>
/// <param name="Passed">Whether that was enough.</param>
public readonly record struct RateTrial(double Rate, int Trial, double GoodFraction, bool Passed);
