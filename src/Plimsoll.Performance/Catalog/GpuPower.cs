namespace Plimsoll.Performance.Catalog;

/// <summary>Power of one device in watts; null where nothing trustworthy was found.</summary>
/// <param name="LimitWatts">Board limit.</param>
/// <param name="IdleWatts">Typical draw without any process.</param>
/// <param name="IdleLoadedWatts">Draw with a model resident and no work.</param>
/// <param name="Provenance">Where the numbers come from.</param>
public sealed record GpuPower(double? LimitWatts, double? IdleWatts, double? IdleLoadedWatts, Provenance Provenance);
