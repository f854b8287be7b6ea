namespace Plimsoll.Performance.Catalog;

/// <summary>Device memory.</summary>
/// <param name="Kind">Technology, such as <c>hbm3</c>.</param>
/// <param name="UsableBytes">What a framework sees as the total, before any engine takes its reserve.</param>
/// <param name="BandwidthBytesPerSecond">Peak bandwidth.</param>
/// <param name="Provenance">Where the numbers come from.</param>
public sealed record GpuMemory(string Kind, long UsableBytes, double BandwidthBytesPerSecond, Provenance Provenance);
