namespace Plimsoll.Performance.Catalog;

/// <summary>All-reduce times of one group size, in seconds.</summary>
/// <param name="Devices">Devices in the group.</param>
/// <param name="At256BytesSeconds">256-byte message: the latency.</param>
/// <param name="At1MebibyteSeconds">Message of 1 MiB.</param>
/// <param name="At64MebibytesSeconds">Message of 64 MiB: the bandwidth.</param>
public sealed record AllReduceRow(int Devices, double At256BytesSeconds, double At1MebibyteSeconds, double At64MebibytesSeconds);
