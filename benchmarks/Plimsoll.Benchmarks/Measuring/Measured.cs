namespace Plimsoll.Benchmarks.Measuring;

/// <summary>What one run cost.</summary>
/// <param name="WallSeconds">By the clock on the wall.</param>
/// <param name="CpuSeconds">Processor time of the whole process, all threads.</param>
/// <param name="AllocatedBytes">Bytes allocated on the managed heap, all threads.</param>
/// <param name="Requests">Requests that ended.</param>
/// <param name="Steps">Engine steps.</param>
/// <param name="Digest">Fingerprint of what happened.</param>
internal readonly record struct Measured(
    double WallSeconds, double CpuSeconds, long AllocatedBytes, long Requests, long Steps, ulong Digest);
