namespace Plimsoll.Performance.StepTime;

/// <summary>
/// A constant per step that depends on the class of its batch: captured graphs of up to 32 rows, of 33 to 64, larger ones, and steps
/// that prefill. It stands for small kernels, launch gaps and changes of kernel that follow the padded size of the batch.
/// </summary>
public sealed class SizeClassConstants
{
    private const int SmallRows = 32;
    private const int MiddleRows = 64;

    private readonly long _small;
    private readonly long _middle;
    private readonly long _large;
    private readonly long _prefilling;

    /// <summary>
    /// Seconds for decode steps of up to 32 sequences, of 33 to 64, of more, and for steps with any prefill; none negative.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is negative, not finite or beyond 1,000 s.</exception>
    public SizeClassConstants(double upTo32Seconds, double upTo64Seconds, double aboveSeconds, double prefillingSeconds)
    {
        _small = StepTime.Picoseconds.FromSeconds(upTo32Seconds);
        _middle = StepTime.Picoseconds.FromSeconds(upTo64Seconds);
        _large = StepTime.Picoseconds.FromSeconds(aboveSeconds);
        _prefilling = StepTime.Picoseconds.FromSeconds(prefillingSeconds);
    }

    /// <summary>The same constant for every step.</summary>
    public static SizeClassConstants Same(double seconds) => new(seconds, seconds, seconds, seconds);

    /// <summary>The constant of a step with so many decoding and prefilling sequences, in picoseconds.</summary>
    public long Picoseconds(int decodeSequences, int prefillSequences)
    {
        if (prefillSequences > 0)
        {
            return _prefilling;
        }

        if (decodeSequences <= SmallRows)
        {
            return _small;
        }

        return decodeSequences <= MiddleRows ? _middle : _large;
    }
}
