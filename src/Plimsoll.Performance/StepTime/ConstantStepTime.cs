namespace Plimsoll.Performance.StepTime;

/// <summary>Every step takes the same time: the setting of most scheduling theory, where a round is a round.</summary>
public sealed class ConstantStepTime : IStepTimeModel
{
    private readonly long _picoseconds;

    /// <summary>Seconds per step, above 0 (at least a picosecond) and up to 1,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside that range or not finite.</exception>
    public ConstantStepTime(double seconds)
    {
        _picoseconds = Picoseconds.FromSeconds(seconds);
        ArgumentOutOfRangeException.ThrowIfZero(_picoseconds, nameof(seconds));
    }

    /// <inheritdoc/>
    public long StepPicoseconds(in BatchShape shape) => _picoseconds;

    /// <inheritdoc/>
    public DecodeLine DecodeLineAt(int sequences, long contextTokens) => new(_picoseconds, 0, long.MaxValue);
}
