namespace Plimsoll.Planning.LoadLine;

/// <summary>
/// How much memory requests save by holding common content once. With x requests admitted a step, a block that a request uses for H steps
/// on average (over all requests) has x·H users at a time, Poisson if requests come independently, and takes its place in memory
/// while it has any:
/// <para>saved(x) = Σ tokens·( x·H − (x·H)·(1 − e^(−y))/y ),  y = x·H·(r − 1)/r</para>
/// <para>
/// where r is how many requests of the trace use the block; the factor (r − 1)/r keeps a request from sharing with itself, so that content
/// used once saves nothing. Source: the M/G/∞ queue; ours. It stops being true where users of a block come in bursts (it then saves more)
/// or one after the other, as the turns of a conversation do (less).
/// </para>
/// </summary>
public sealed class SharedBlocks
{
    private readonly double[] _tokens;
    private readonly double[] _steps;
    private readonly double[] _otherUsers;

    internal SharedBlocks(double[] tokens, double[] steps, double[] otherUsers) => (_tokens, _steps, _otherUsers) = (tokens, steps, otherUsers);

    /// <summary>Distinct blocks that more than one request uses.</summary>
    public int Blocks => _tokens.Length;

    /// <summary>Tokens of memory saved on average at this many requests a step.</summary>
    public double SavedTokens(double requestsPerStep)
    {
        double saved = 0;
        for (int block = 0; block < _tokens.Length; block++)
        {
            double users = requestsPerStep * _steps[block];
            double others = users * _otherUsers[block];
            double held = others < 1e-9 ? users : users * (1 - Math.Exp(-others)) / others;
            saved += _tokens[block] * (users - held);
        }

        return saved;
    }

    /// <summary>
    /// The requests a step that fill a memory: the x with x·E − saved(x) = M, to about fifteen digits.
    /// </summary>
    /// <param name="kvTokens">M, above 0.</param>
    /// <param name="tokenSteps">E: token·steps of a request that shares nothing.</param>
    public double RequestsPerStep(double kvTokens, double tokenSteps)
    {
        double low = kvTokens / tokenSteps;
        double high = 2 * low;
        while ((high * tokenSteps) - SavedTokens(high) < kvTokens)
        {
            (low, high) = (high, 2 * high);
        }

        for (int halving = 0; halving < 50; halving++)
        {
            double middle = (low + high) / 2;
            bool fits = (middle * tokenSteps) - SavedTokens(middle) < kvTokens;
            (low, high) = fits ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }
}
