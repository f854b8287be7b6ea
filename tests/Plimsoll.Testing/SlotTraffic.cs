using Plimsoll.Core;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Testing;

/// <summary>
/// Look-alikes of the data sets that BF-IO was measured on: 8,000 requests with the printed percentiles of prompt and output lengths, joined
/// by a Gaussian copula whose parameter gives the printed correlation; runs draw from these with replacement. Scheduling theory, section 3.5.
/// </summary>
public static class SlotTraffic
{
    private const int Items = 8000;
    private static readonly double[] Fractions =
        [0, .01, .05, .1, .2, .3, .4, .5, .6, .7, .8, .9, .95, .99, .999, 1];

    private static readonly double[] BurstPrompts = [9, 58, 80, 121, 175, 196, 206, 217, 232, 265, 378, 632, 1157, 3005, 3599, 14117];
    private static readonly double[] BurstOutputs = [1, 1, 2, 7, 7, 7, 7, 7, 20, 29, 49, 151, 244, 657, 1900, 3206];
    private static readonly double[] LongPrompts =
        [12283, 13581, 15457, 19552, 26712, 40137, 64849, 95027, 125810, 157404, 241230, 530138, 878782, 2445636, 4045928, 4045928];
    private static readonly double[] LongOutputs = [1, 1, 1, 1, 3, 9, 16, 26, 35, 45, 63, 83, 113, 186, 346, 346];
    private static readonly double[] PaperPrompts =
        [58, 325, 1381, 2047, 3023, 3766, 4368, 4943, 5501, 6098, 6761, 7409, 7773, 8103, 8186, 8190];
    private static readonly double[] PaperOutputs = [8, 43, 72, 92, 121, 144, 166, 191, 218, 253, 300, 416, 1920, 6034, 8461, 10944];

    /// <summary>Short questions, some long: Pearson correlation .37.</summary>
    public static (int Prompt, int Output)[] Burst(int count) => Draw(Joined(BurstPrompts, BurstOutputs, .37), count);

    /// <summary>Very long prompts with short outputs: correlation .035.</summary>
    public static (int Prompt, int Output)[] LongBench(int count) => Draw(Joined(LongPrompts, LongOutputs, .035), count);

    /// <summary>Papers to summarise: correlation −.27.</summary>
    public static (int Prompt, int Output)[] Arxiv(int count) => Draw(Joined(PaperPrompts, PaperOutputs, -.27), count);

    /// <summary>Two normal lengths, truncated to positive: prompts 3200 ± 2600, outputs 1200 ± 700, correlation −0.1.</summary>
    public static (int Prompt, int Output)[] Synthetic(int count)
    {
        RandomStream dice = Dice.Seeded(42);
        var items = new (int, int)[Items];
        for (int i = 0; i < Items;)
        {
            double x = Normal(ref dice);
            double y = (-.1 * x) + (Math.Sqrt(1 - .01) * Normal(ref dice));
            (double prompt, double output) = (3200 + (2600 * x), 1200 + (700 * y));
            if (prompt >= 1 && output >= 1)
            {
                items[i++] = ((int)prompt, (int)output);
            }
        }

        return Draw(items, count);
    }

    private static (int Prompt, int Output)[] Joined(double[] prompts, double[] outputs, double pearson)
    {
        (double low, double high) = (-.99, .99);
        for (int round = 0; round < 30; round++)
        {
            double middle = (low + high) / 2;
            (low, high) = Pearson(Copula(prompts, outputs, middle)) < pearson ? (middle, high) : (low, middle);
        }

        return Copula(prompts, outputs, (low + high) / 2);
    }

    private static (int Prompt, int Output)[] Copula(double[] prompts, double[] outputs, double rho)
    {
        RandomStream dice = Dice.Seeded(42);
        var items = new (int, int)[Items];
        for (int i = 0; i < Items; i++)
        {
            double x = Normal(ref dice);
            double y = (rho * x) + (Math.Sqrt(1 - (rho * rho)) * Normal(ref dice));
            items[i] = (Quantile(prompts, NormalCurve.Cumulative(x)), Quantile(outputs, NormalCurve.Cumulative(y)));
        }

        return items;
    }

    private static int Quantile(double[] values, double fraction)
    {
        int upper = 1;
        while (upper < Fractions.Length - 1 && Fractions[upper] < fraction)
        {
            upper++;
        }

        double within = (fraction - Fractions[upper - 1]) / (Fractions[upper] - Fractions[upper - 1]);
        return Math.Max(1, (int)Math.Round(Math.Exp(Math.Log(values[upper - 1]) + (within * Math.Log(values[upper] / values[upper - 1])))));
    }

    private static double Pearson((int Prompt, int Output)[] items)
    {
        double prompt = items.Average(item => (double)item.Prompt);
        double output = items.Average(item => (double)item.Output);
        double both = items.Sum(item => (item.Prompt - prompt) * (item.Output - output));
        return both / Math.Sqrt(items.Sum(item => Math.Pow(item.Prompt - prompt, 2)) * items.Sum(item => Math.Pow(item.Output - output, 2)));
    }

    private static (int Prompt, int Output)[] Draw((int Prompt, int Output)[] items, int count)
    {
        RandomStream dice = Dice.Seeded(7);
        var drawn = new (int, int)[count];
        for (int i = 0; i < count; i++)
        {
            drawn[i] = items[(int)dice.NextBelow(items.Length)];
        }

        return drawn;
    }

    private static double Normal(ref RandomStream dice) => NormalCurve.Quantile(dice.NextOpenUnit());
}
