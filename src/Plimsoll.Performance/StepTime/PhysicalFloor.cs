namespace Plimsoll.Performance.StepTime;

/// <summary>What one GPU must read in a decode step at least, and how fast it can: the test that a profile must pass.</summary>
/// <param name="PeakBytesPerSecond">Peak memory bandwidth.</param>
/// <param name="WeightBytes">Weights read whatever the batch.</param>
/// <param name="KvBytesPerContextToken">Cache read per context token.</param>
public readonly record struct PhysicalFloor(double PeakBytesPerSecond, long WeightBytes, long KvBytesPerContextToken)
{
    /// <summary>Least seconds of a decode step with so many context tokens.</summary>
    public double Seconds(long contextTokens) => (WeightBytes + ((double)KvBytesPerContextToken * contextTokens)) / PeakBytesPerSecond;
}
