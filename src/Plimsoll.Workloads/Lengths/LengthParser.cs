using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Plimsoll.Workloads.Lengths;

/// <summary>
/// Reads distributions of lengths from text: <c>const:100</c>, <c>uniform:10:1600</c>, <c>geometric:500</c>,
/// <c>lognormal:MEDIAN:MEAN[:CAP]</c>, <c>normal:MEAN:SD:MIN:MAX</c>, <c>empirical:FILE#COLUMN</c>.
/// </summary>
public static class LengthParser
{
    /// <summary>One line that lists every form, for help texts and messages.</summary>
    public const string Forms =
        "const:N, uniform:MIN:MAX, geometric:MEAN, lognormal:MEDIAN:MEAN[:CAP], normal:MEAN:SD:MIN:MAX or empirical:FILE#COLUMN";

    /// <summary>True with a distribution, or false with what is wrong, fit to follow the name of an option.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="open">
    /// Opens the file of <c>empirical</c>. An <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> from it is reported
    /// as a problem of the text.
    /// </param>
    /// <param name="distribution">The distribution when true.</param>
    /// <param name="problem">The problem when false, else empty.</param>
    public static bool TryParse(
        string text, Func<string, Stream> open, [NotNullWhen(true)] out LengthDistribution? distribution, out string problem)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? text : text[..colon];
        string rest = colon < 0 ? "" : text[(colon + 1)..];
        if (name == "empirical")
        {
            return EmpiricalFile.TryRead(rest, open, out distribution, out problem);
        }

        (int least, int most) = Arity(name);
        distribution = null;
        if (most == 0)
        {
            problem = $"'{text}' is not a length distribution; write {Forms}";
            return false;
        }

        if (!TryNumbers(rest, least, most, out double[] numbers))
        {
            problem = $"'{text}' needs {Count(least, most)} after '{name}:'; write {Forms}";
            return false;
        }

        distribution = Build(name, numbers, out string reason);
        problem = distribution is null ? $"'{text}': {reason}" : "";
        return distribution is not null;
    }

    private static (int Least, int Most) Arity(string name) => name switch
    {
        "const" or "geometric" => (1, 1),
        "uniform" => (2, 2),
        "lognormal" => (2, 3),
        "normal" => (4, 4),
        _ => (0, 0),
    };

    private static string Count(int least, int most) =>
        most == 1 ? "one number" : least == most ? $"{least} numbers" : $"{least} or {most} numbers";

    private static bool TryNumbers(string text, int least, int most, out double[] numbers)
    {
        string[] parts = text.Split(':');
        numbers = new double[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i])
                || !double.IsFinite(numbers[i]))
            {
                return false;
            }
        }

        return parts.Length >= least && parts.Length <= most;
    }

    private static LengthDistribution? Build(string name, double[] numbers, out string reason)
    {
        reason = name switch
        {
            "const" => NotTokens("the length", numbers[0]),
            "geometric" => OutOfRange("the mean", numbers[0]),
            "uniform" => NotRange(numbers[0], numbers[1]),
            "lognormal" => NotLogNormal(numbers),
            _ => numbers[1] > 0 && Math.Abs(numbers[0]) <= LengthDistribution.MaxTokens && numbers[1] <= LengthDistribution.MaxTokens
                ? NotRange(numbers[2], numbers[3])
                : "mean and standard deviation must be sensible numbers of tokens, the deviation positive",
        };
        if (reason.Length > 0)
        {
            return null;
        }

        return name switch
        {
            "const" => new ConstantLength((int)numbers[0]),
            "geometric" => new GeometricLength(numbers[0]),
            "uniform" => new UniformLength((int)numbers[0], (int)numbers[1]),
            "lognormal" => new LogNormalLength(numbers[0], numbers[1], numbers.Length > 2 ? (int)numbers[2] : LengthDistribution.MaxTokens),
            _ => new NormalLength(numbers[0], numbers[1], (int)numbers[2], (int)numbers[3]),
        };
    }

    private static string NotTokens(string what, double value) =>
        value == Math.Floor(value) ? OutOfRange(what, value) : $"{what} must be a whole number of tokens";

    private static string OutOfRange(string what, double value) =>
        value is >= 1 and <= LengthDistribution.MaxTokens ? "" : $"{what} must lie between 1 and {LengthDistribution.MaxTokens}";

    private static string NotRange(double minimum, double maximum)
    {
        string reason = NotTokens("the minimum", minimum) + NotTokens("the maximum", maximum);
        return reason.Length == 0 && minimum > maximum ? "the minimum is above the maximum" : reason;
    }

    private static string NotLogNormal(double[] numbers)
    {
        if (!(numbers[0] > 0 && numbers[1] > numbers[0] && numbers[1] <= LengthDistribution.MaxTokens))
        {
            return "the median must be positive and below the mean (MEDIAN first, then MEAN)";
        }

        return numbers.Length > 2 ? NotTokens("the cap", numbers[2]) : "";
    }
}
