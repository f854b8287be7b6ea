namespace Plimsoll.Performance.Catalog;

/// <summary>List prices in US dollars per device-hour at one date. They move: never use one without its date.</summary>
/// <param name="Date">Day of the snapshot.</param>
/// <param name="LowDollarsPerHour">Cheapest on-demand offer.</param>
/// <param name="MedianDollarsPerHour">Median over offers, which favours providers with many regions; null when not collected.</param>
/// <param name="HighDollarsPerHour">Dearest on-demand offer.</param>
/// <param name="SpotLowDollarsPerHour">Cheapest interruptible offer; null when not collected.</param>
/// <param name="SpotMedianDollarsPerHour">Median interruptible offer; null when not collected.</param>
/// <param name="Provenance">Where the numbers come from.</param>
public sealed record GpuPrice(
    DateOnly Date,
    double LowDollarsPerHour,
    double? MedianDollarsPerHour,
    double HighDollarsPerHour,
    double? SpotLowDollarsPerHour,
    double? SpotMedianDollarsPerHour,
    Provenance Provenance);
