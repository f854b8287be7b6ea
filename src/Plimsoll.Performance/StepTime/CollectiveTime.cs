using Plimsoll.Performance.Catalog;

namespace Plimsoll.Performance.StepTime;

/// <summary>
/// Time of all the all-reduces of a step as a function of its tokens: two straight lines that meet at a message of 1 MiB. Measured
/// times are used where the catalogue has them (linear in the number of devices between its rows), else the ring form
/// base + 2(n−1)·hop + bytes·2(n−1)/n / bandwidth with the latencies that NCCL 2.30 reckons with.
/// </summary>
internal readonly struct CollectiveTime
{
    private const double SmallMessageBytes = 256;
    private const double MiddleMessageBytes = 1 << 20;
    private const double LargeMessageBytes = 1 << 26;
    private const double RingBaseSeconds = 6.6e-6;
    private const double NvLinkHopSeconds = 0.6e-6;
    private const double PcieHopSeconds = 1.0e-6;

    private readonly long _latency;
    private readonly long _perTokenBefore;
    private readonly long _perTokenAfter;
    private readonly long _crossTokens;

    /// <summary>So many all-reduces of <paramref name="bytesPerToken"/> per token each.</summary>
    public CollectiveTime(GpuSpec gpu, int devices, int allReduces, long bytesPerToken)
    {
        if (devices == 1)
        {
            return;
        }

        AllReduceRow row = RowFor(gpu, devices);
        double perByteBefore = (row.At1MebibyteSeconds - row.At256BytesSeconds) / (MiddleMessageBytes - SmallMessageBytes);
        double perByteAfter = (row.At64MebibytesSeconds - row.At1MebibyteSeconds) / (LargeMessageBytes - MiddleMessageBytes);
        _latency = Picoseconds.FromSeconds(row.At256BytesSeconds * allReduces);
        _perTokenBefore = Picoseconds.FromSeconds(perByteBefore * bytesPerToken * allReduces);
        _perTokenAfter = Picoseconds.FromSeconds(perByteAfter * bytesPerToken * allReduces);
        _crossTokens = (long)(MiddleMessageBytes / bytesPerToken);
    }

    /// <summary>Picoseconds of all the all-reduces of a step with so many tokens.</summary>
    public long At(long tokens)
    {
        long before = Math.Min(tokens, _crossTokens);
        return _latency + (_perTokenBefore * before) + (_perTokenAfter * (tokens - before));
    }

    private static AllReduceRow RowFor(GpuSpec gpu, int devices)
    {
        IReadOnlyList<AllReduceRow> rows = gpu.AllReduce?.Rows ?? [];
        if (rows.Count == 0 || devices > rows[^1].Devices)
        {
            return RingRow(gpu, devices);
        }

        int above = 0;
        while (rows[above].Devices < devices)
        {
            above++;
        }

        return above == 0 ? rows[0] : Between(rows[above - 1], rows[above], devices);
    }

    private static AllReduceRow Between(AllReduceRow low, AllReduceRow high, int devices)
    {
        double share = (devices - low.Devices) / (double)(high.Devices - low.Devices);
        return new AllReduceRow(
            devices,
            double.Lerp(low.At256BytesSeconds, high.At256BytesSeconds, share),
            double.Lerp(low.At1MebibyteSeconds, high.At1MebibyteSeconds, share),
            double.Lerp(low.At64MebibytesSeconds, high.At64MebibytesSeconds, share));
    }

    private static AllReduceRow RingRow(GpuSpec gpu, int devices)
    {
        bool scaleUp = gpu.Links.ScaleUpBytesPerSecond is not null && devices <= gpu.Links.ScaleUpDevices;
        double latency = RingBaseSeconds + (2 * (devices - 1) * (scaleUp ? NvLinkHopSeconds : PcieHopSeconds));
        double secondsPerByte = 2.0 * (devices - 1) / devices / Bandwidth(gpu.Links, devices, scaleUp);
        return new AllReduceRow(
            devices, latency, latency + (secondsPerByte * MiddleMessageBytes), latency + (secondsPerByte * LargeMessageBytes));
    }

    /// <summary>In a full mesh a device has its own links to each peer, so a small group uses only that share of them.</summary>
    private static double Bandwidth(GpuLinks links, int devices, bool scaleUp)
    {
        if (!scaleUp)
        {
            return links.PcieHostToDeviceBytesPerSecond ?? (links.PcieBytesPerSecond!.Value * RooflineInputs.DefaultEfficiency);
        }

        double peers = links.FullMesh ? (devices - 1) / (double)(links.ScaleUpDevices - 1) : 1;
        return links.ScaleUpBytesPerSecond!.Value * peers * RooflineInputs.DefaultEfficiency;
    }
}
