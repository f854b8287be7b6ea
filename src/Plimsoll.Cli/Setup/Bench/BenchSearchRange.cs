using System.CommandLine;
using System.Globalization;
using Plimsoll.Cli.Options;

namespace Plimsoll.Cli.Setup.Bench;

/// <summary>Where the highest rate is searched for.</summary>
/// <param name="Low">Lowest rate, requests per second.</param>
/// <param name="High">Highest rate.</param>
/// <param name="Trials">Trials at each rate.</param>
/// <param name="Tolerance">Difference of the last two rates, as a fraction.</param>
internal sealed record BenchSearchRange(double Low, double High, int Trials, double Tolerance)
{
    /// <summary>Reads the options; null when nothing is searched, or something is wrong.</summary>
    public static BenchSearchRange? From(BenchOptions options, ParseResult parsed, InputProblems problems)
    {
        string? text = parsed.GetValue(options.FindRate);
        int trials = options.Trials.Read(parsed, problems) ?? 3;
        double tolerance = options.Tolerance.Read(parsed, problems) ?? 0.05;
        if (text is null)
        {
            foreach (Option idle in new Option[] { options.Trials.Option, options.Tolerance.Option }.Where(option =>
                TrafficOptions.IsGiven(option, parsed)))
            {
                problems.Add(idle.Name, "this is for --find-rate LOW:HIGH");
            }

            return null;
        }

        if (trials % 2 == 0)
        {
            problems.Add(options.Trials.Option.Name, "give an odd number, so that most trials pass or fail");
        }

        if (parsed.GetValue(options.Slo) is null)
        {
            problems.Add(options.Slo.Name, "--find-rate needs to know what must be kept, as in ttft=1s,tpot=50ms@p99");
        }

        if (TrafficOptions.IsGiven(options.Repeats.Option, parsed))
        {
            problems.Add(options.Repeats.Option.Name, "leave this out: a search repeats its trials by --trials");
        }

        string[] sides = text.Split(':');
        if (sides.Length != 2 || !TryRate(sides[0], out double low) || !TryRate(sides[1], out double high) || low >= high)
        {
            problems.Add(options.FindRate.Name, $"'{text}' is not a range of rates; write LOW:HIGH in requests per second, such as 1:100");
            return null;
        }

        return new BenchSearchRange(low, high, trials, tolerance);
    }

    private static bool TryRate(string text, out double rate) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out rate) && rate is > 0 and <= 1e6;
}
