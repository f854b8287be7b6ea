using Plimsoll.Core;
using Plimsoll.Testing;

namespace Plimsoll.Theory.Tests;

/// <summary>
/// A distribution on 1, 2, 3, … tokens as a table of probabilities, so that its moments are sums and exact: the formulas are fed the
/// distribution that is drawn from and not the continuous one it stands for.
/// </summary>
internal sealed class TokenLengths
{
    private readonly double[] _cumulative;

    private TokenLengths(double[] weights)
    {
        double total = weights.Sum();
        _cumulative = new double[weights.Length];
        double below = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            double tokens = i + 1;
            double probability = weights[i] / total;
            Mean += probability * tokens;
            SecondMoment += probability * tokens * tokens;
            below += probability;
            _cumulative[i] = below;
        }

        _cumulative[^1] = 1;
    }

    public double Mean { get; }

    public double SecondMoment { get; }

    /// <summary>Variance over squared mean.</summary>
    public double SquaredVariation => (SecondMoment / (Mean * Mean)) - 1;

    /// <summary>Geometric with this mean, cut where a probability of 1e-13 is left.</summary>
    public static TokenLengths Geometric(double mean)
    {
        double goesOn = 1 - (1 / mean);
        return Of((int)(30 * mean), tokens => Math.Pow(goesOn, tokens));
    }

    /// <summary>Point masses in proportion to the log-normal density.</summary>
    public static TokenLengths LogNormal(double median, double sigma, int longest) => Of(longest, tokens =>
    {
        double z = Math.Log(tokens / median) / sigma;
        return Math.Exp(-z * z / 2) / tokens;
    });

    public static TokenLengths Constant(int tokens) => Of(tokens, length => length == tokens ? 1 : 0);

    public static TokenLengths Either(int shorter, double probability, int longer) =>
        Of(longer, length => length == shorter ? probability : length == longer ? 1 - probability : 0);

    public int Draw(ref RandomStream dice)
    {
        int index = Array.BinarySearch(_cumulative, dice.NextOpenUnit());
        return 1 + (index < 0 ? ~index : index);
    }

    /// <summary>Poisson arrivals with a prompt of one token and outputs drawn from here.</summary>
    public InferenceRequest[] Traffic(RandomTree random, double requestsPerSecond, int count)
    {
        RandomStream dice = random.Stream("traffic");
        return PoissonTraffic.Of(ref dice, requestsPerSecond, count, PoissonTraffic.Constant(1), Draw);
    }

    private static TokenLengths Of(int longest, Func<int, double> weight) =>
        new([.. Enumerable.Range(1, longest).Select(weight)]);
}
