namespace Plimsoll.Metrics.Sampling;

/// <summary>One replica at one instant.</summary>
/// <param name="Running">Requests admitted to its batch.</param>
/// <param name="Waiting">Requests in its own queue.</param>
/// <param name="KvFraction">KV blocks held over blocks it has; not a number when it has no limit or did not report.</param>
public readonly record struct ReplicaSample(int Running, int Waiting, float KvFraction)
{
    /// <summary>Nothing is known.</summary>
    public static ReplicaSample Unknown => new(0, 0, float.NaN);
}
