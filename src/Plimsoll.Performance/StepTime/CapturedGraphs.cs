namespace Plimsoll.Performance.StepTime;

/// <summary>
/// The batch sizes an engine has captured graphs for: 1, 2, 4, every 8 below 256, then every 16 up to the largest. A step of at most
/// the largest is padded to the next captured size; attention and the output head see real sizes (vllm-v1-engine, section 8).
/// </summary>
public sealed class CapturedGraphs
{
    private const int FineBelow = 256;
    private const int FineStep = 8;
    private const int CoarseStep = 16;

    private readonly int[] _padded;

    /// <summary>Graphs for steps of up to <paramref name="largestTokens"/> tokens, from 0 for none.</summary>
    public CapturedGraphs(int largestTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(largestTokens);
        _padded = new int[largestTokens + 1];
        for (int tokens = 1; tokens <= largestTokens; tokens++)
        {
            _padded[tokens] = Math.Min(NextSize(tokens), largestTokens);
        }
    }

    /// <summary>Most tokens a graph was captured for.</summary>
    public int LargestTokens => _padded.Length - 1;

    /// <summary>Tokens that the dense layers compute for a step of so many.</summary>
    public long Padded(long tokens) => tokens < _padded.Length ? _padded[tokens] : tokens;

    /// <summary>How a step of this shape is launched.</summary>
    public GraphMode ModeOf(in BatchShape shape)
    {
        if (shape.PrefillTokens + shape.DecodeSequences > LargestTokens)
        {
            return GraphMode.None;
        }

        return shape.PrefillSequences == 0 ? GraphMode.Full : GraphMode.Piecewise;
    }

    private static int NextSize(int tokens) => tokens switch
    {
        <= 2 => tokens,
        <= 4 => 4,
        <= FineBelow => RoundUp(tokens, FineStep),
        _ => RoundUp(tokens, CoarseStep),
    };

    private static int RoundUp(int tokens, int step) => (tokens + step - 1) / step * step;
}
