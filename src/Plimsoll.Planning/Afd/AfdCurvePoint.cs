namespace Plimsoll.Planning.Afd;

/// <summary>One whole ratio in theory. Times are in the unit of the cost coefficients.</summary>
/// <param name="Ratio">r.</param>
/// <param name="FfnTime">t_F.</param>
/// <param name="CommunicationTime">t_C, there and back.</param>
/// <param name="MeanField">All loads at their mean.</param>
/// <param name="BarrierAware">All instances wait for the slowest.</param>
/// <param name="Overlapped">The same in the cruder form, with so many microbatches in flight and not more.</param>
public sealed record AfdCurvePoint(
    int Ratio, double FfnTime, double CommunicationTime, AfdStep MeanField, AfdStep BarrierAware, AfdStep Overlapped);
