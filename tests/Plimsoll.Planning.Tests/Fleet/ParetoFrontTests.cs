using Plimsoll.Core;
using Plimsoll.Planning.Fleet;

namespace Plimsoll.Planning.Tests.Fleet;

public sealed class ParetoFrontTests
{
    [Fact]
    public void The_front_is_what_comparing_everybody_with_everybody_leaves()
    {
        for (ulong seed = 0; seed < 2_000; seed++)
        {
            RandomStream dice = Testing.Dice.Seeded(seed);
            double[][] answers = new double[dice.NextBelow(14)][];
            for (int i = 0; i < answers.Length; i++)
            {
                answers[i] = [.. Enumerable.Range(0, 4).Select(_ => dice.NextBelow(12) == 0 ? double.NaN : dice.NextBelow(5))];
            }

            double[][] naive = [.. answers.Where(answer => !answers.Any(other => Beats(other, answer)))];

            Assert.True(naive.SequenceEqual(ParetoFront.Of(answers, answer => answer)), $"seed {seed}");
        }
    }

    [Fact]
    public void Equal_answers_stay_together()
    {
        double[][] answers = [[1, 2], [1, 2], [1, 3]];

        Assert.Equal(answers[..2], ParetoFront.Of(answers, answer => answer));
    }

    private static bool Beats(double[] a, double[] b)
    {
        double[] x = [.. a.Select(Known)];
        double[] y = [.. b.Select(Known)];
        return x.Zip(y).All(pair => pair.First <= pair.Second) && x.Zip(y).Any(pair => pair.First < pair.Second);
    }

    private static double Known(double cost) => double.IsNaN(cost) ? double.PositiveInfinity : cost;
}
