using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Plimsoll.Workloads.Lengths;

/// <summary>
/// Reads joint distributions of prompt and output lengths from text: a look-alike's name (<c>burst</c>, <c>longbench</c>, <c>arxiv</c>) or
/// <c>bivariate-normal[:PROMPT_MEAN:PROMPT_SD:OUTPUT_MEAN:OUTPUT_SD:CORRELATION]</c>.
/// </summary>
public static class LengthPairsParser
{
    /// <summary>One line that lists every form, for help texts and messages.</summary>
    public const string Forms =
        "burst, longbench, arxiv (look-alikes of published data) or"
        + " bivariate-normal[:PROMPT_MEAN:PROMPT_SD:OUTPUT_MEAN:OUTPUT_SD:CORRELATION]";

    private const string Normal = "bivariate-normal";

    /// <summary>True with a distribution, or false with what is wrong, fit to follow the name of an option.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="pairs">The distribution when true.</param>
    /// <param name="problem">The problem when false, else empty.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ILengthPairs? pairs, out string problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        pairs = text switch
        {
            "burst" => LookAlikeLengths.Burst,
            "longbench" => LookAlikeLengths.LongBench,
            "arxiv" => LookAlikeLengths.ArxivSummarization,
            Normal => new BivariateNormalLengths(),
            _ => null,
        };
        problem = "";
        if (pairs is null)
        {
            problem = text.StartsWith(Normal + ":", StringComparison.Ordinal)
                ? NotNormal(text, out pairs)
                : $"'{text}' is no joint distribution of lengths; write {Forms}";
        }

        return pairs is not null;
    }

    private static string NotNormal(string text, out ILengthPairs? pairs)
    {
        pairs = null;
        string[] parts = text.Split(':')[1..];
        double[] numbers = new double[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            numbers[i] = double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN;
        }

        if (parts.Length != 5 || !numbers.All(double.IsFinite))
        {
            return $"'{text}' needs five numbers after '{Normal}:'; write {Forms}";
        }

        if (numbers[0] is not (>= 1 and <= LengthDistribution.MaxTokens) || numbers[2] is not (>= 1 and <= LengthDistribution.MaxTokens)
            || numbers[1] is not (>= 0 and <= LengthDistribution.MaxTokens) || numbers[3] is not (>= 0 and <= LengthDistribution.MaxTokens)
            || Math.Abs(numbers[4]) > 0.99)
        {
            return $"'{text}': means must be from 1, deviations from 0, and the correlation between -0.99 and 0.99";
        }

        pairs = new BivariateNormalLengths(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
        return "";
    }
}
