namespace Plimsoll.Policies.Balancing;

/// <summary>How long outputs turned out to be, as a table: of the requests that got this far, when do they end within the horizon?</summary>
/// <remarks>
/// For a request with a tokens out, ĉ = (1 − p)·H + p·μ, where p is the share of all that got beyond a and ended by a + H, and μ their mean
/// remaining tokens; beyond what was ever seen, and before anything was, ĉ = H. Tables are made anew when an eighth more has been learned.
/// Outputs beyond the table count as its end. Source: BalanceRoute, the survival predictor (scheduling theory, section 3.6).
/// </remarks>
/// <param name="horizonSteps">H, from 0.</param>
internal sealed class LearnedEnds(int horizonSteps)
{
    private const int Longest = 1 << 14;

    private readonly long[] _ended = new long[Longest + 2];
    private readonly int[] _steps = NoEnds(horizonSteps);
    private readonly long[] _upTo = new long[Longest + 2];
    private readonly long[] _tokensUpTo = new long[Longest + 2];
    private long _learned;
    private long _inTable;

    /// <summary>A request ended after so many tokens, from 1.</summary>
    public void Learn(int outputTokens)
    {
        _ended[Math.Min(outputTokens, Longest)]++;
        _learned++;
    }

    /// <summary>Makes the table anew if enough has been learned since.</summary>
    public void Refresh()
    {
        if (_learned - _inTable > _inTable / 8)
        {
            Tabulate();
        }
    }

    /// <summary>ĉ for a request with so many tokens out, rounded: steps from 1, or <see cref="int.MaxValue"/> if it is H.</summary>
    public int Steps(int generatedTokens) => _steps[Math.Min(generatedTokens, Longest)];

    private static int[] NoEnds(int horizonSteps)
    {
        int[] steps = new int[Longest + 1];
        Array.Fill(steps, int.MaxValue);
        return horizonSteps >= 0 ? steps : throw new ArgumentOutOfRangeException(nameof(horizonSteps));
    }

    private void Tabulate()
    {
        _inTable = _learned;
        for (int length = 1; length <= Longest; length++)
        {
            _upTo[length] = _upTo[length - 1] + _ended[length];
            _tokensUpTo[length] = _tokensUpTo[length - 1] + (length * _ended[length]);
        }

        for (int generated = 0; generated <= Longest; generated++)
        {
            int last = Math.Min(Longest, generated + horizonSteps);
            long beyond = _learned - _upTo[generated];
            long ending = _upTo[last] - _upTo[generated];
            double remaining = _tokensUpTo[last] - _tokensUpTo[generated] - ((double)generated * ending);
            double mean = beyond == 0 ? horizonSteps : (((double)(beyond - ending) * horizonSteps) + remaining) / beyond;
            int steps = (int)Math.Round(mean, MidpointRounding.AwayFromZero);
            _steps[generated] = ending == 0 || steps >= horizonSteps ? int.MaxValue : Math.Max(1, steps);
        }
    }
}
