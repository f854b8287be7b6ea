using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Plimsoll.Workloads.Arrivals;

/// <summary>
/// Reads arrival processes from text: <c>poisson:RATE</c>, <c>gamma:RATE:CV</c>, <c>constant:RATE</c>, <c>closed:CONCURRENCY</c>,
/// <c>ramp:FROM:TO:SECONDS</c>, <c>backlog</c>, <c>recorded</c>, <c>recorded*FACTOR</c>. Rates are requests per second.
/// </summary>
public static class ArrivalParser
{
    /// <summary>One line that lists every form, for help texts and messages.</summary>
    public const string Forms =
        "poisson:RATE, gamma:RATE:CV, constant:RATE, ramp:FROM:TO:SECONDS, closed:CONCURRENCY, backlog, recorded or recorded*FACTOR "
        + "(rates in requests per second)";

    private const double LeastRate = 1e-6;
    private const double GreatestRate = 1e9;

    /// <summary>True with a process, or false with what is wrong, fit to follow the name of an option.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ArrivalProcess? arrivals, out string problem)
    {
        arrivals = null;
        string[] parts = text.Split(':');
        if (parts is ["backlog"] or ["recorded"])
        {
            arrivals = text == "backlog" ? new BacklogArrivals() : new RecordedArrivals();
            problem = "";
            return true;
        }

        problem = parts switch
        {
            ["poisson", var rate] => Rate(text, rate, r => new PoissonArrivals(r), out arrivals),
            ["constant", var rate] => Rate(text, rate, r => new ConstantArrivals(r), out arrivals),
            ["gamma", var rate, var cv] => Gamma(text, rate, cv, out arrivals),
            ["ramp", var from, var to, var seconds] => Ramp(text, from, to, seconds, out arrivals),
            ["closed", var count] => Closed(text, count, out arrivals),
            [var only] when only.StartsWith("recorded*", StringComparison.Ordinal) =>
                Recorded(text, only["recorded*".Length..], out arrivals),
            _ => $"'{text}' is not an arrival process; write {Forms}",
        };
        return arrivals is not null;
    }

    private static string Rate(string text, string number, Func<double, ArrivalProcess> build, out ArrivalProcess? arrivals)
    {
        bool good = TryNumber(number, LeastRate, GreatestRate, out double rate);
        arrivals = good ? build(rate) : null;
        return good ? "" : $"'{text}': the rate must be a number of requests per second between {LeastRate:0.######} and {GreatestRate:0}";
    }

    private static string Gamma(string text, string rate, string cv, out ArrivalProcess? arrivals)
    {
        arrivals = null;
        return TryNumber(cv, 0.01, 100, out double variation)
            ? Rate(text, rate, r => new GammaArrivals(r, variation), out arrivals)
            : $"'{text}': the coefficient of variation must lie between 0.01 and 100; for even spacing use constant:RATE";
    }

    private static string Ramp(string text, string from, string to, string seconds, out ArrivalProcess? arrivals)
    {
        arrivals = null;
        if (!TryNumber(from, 0, GreatestRate, out double first))
        {
            return $"'{text}': the first rate must be a number of requests per second from 0 to {GreatestRate:0}";
        }

        return TryNumber(seconds, 1e-3, 1e9, out double length)
            ? Rate(text, to, r => new RampArrivals(first, r, length), out arrivals)
            : $"'{text}': the length of the ramp must be a positive number of seconds";
    }

    private static string Closed(string text, string count, out ArrivalProcess? arrivals)
    {
        bool good = int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int concurrency) && concurrency > 0;
        arrivals = good ? new ClosedArrivals(concurrency) : null;
        return good ? "" : $"'{text}': the concurrency must be a whole number from 1";
    }

    private static string Recorded(string text, string factor, out ArrivalProcess? arrivals)
    {
        bool good = TryNumber(factor, LeastRate, GreatestRate, out double times);
        arrivals = good ? new RecordedArrivals(times) : null;
        return good ? "" : $"'{text}': the factor on the recorded rate must be a positive number";
    }

    private static bool TryNumber(string text, double least, double most, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && value >= least && value <= most;
}
