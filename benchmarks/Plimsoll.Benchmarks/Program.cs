using System.Globalization;
using BenchmarkDotNet.Running;
using Plimsoll.Benchmarks.Measuring;
using Plimsoll.Benchmarks.Setting;

namespace Plimsoll.Benchmarks;

/// <summary>
/// Benchmarks: <c>curve [--write] [MOST_REQUESTS] [LOAD …]</c> and <c>features [--write] [REQUESTS]</c> measure whole runs,
/// <c>lookahead [--write] [DECISIONS]</c>, <c>routing [--write] [DECISIONS]</c> and <c>balancing [--write] [DECISIONS]</c> single decisions by
/// percentile; anything else goes to BenchmarkDotNet, for example <c>--filter '*Routing*'</c>.
/// </summary>
internal static class Program
{
    public static int Main(string[] arguments)
    {
        string verb = arguments.FirstOrDefault() ?? "";
        if (verb is not ("curve" or "features" or "lookahead" or "routing" or "balancing"))
        {
            // In this process: the build of the solution is not made for projects that are generated on the way.
            BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run([.. arguments, "--inProcess"]);
            return 0;
        }

        bool write = arguments.Contains("--write");
        double[] numbers = [.. arguments.Skip(1).Where(argument => argument != "--write").Select(Number)];
        string text = verb switch
        {
            "curve" => CurveText(Capacity.RequestsPerSecond(Production.Fleet()), numbers),
            "features" => FeaturesText(Capacity.RequestsPerSecond(Production.Fleet()), numbers),
            "balancing" => Balancing.Table(numbers.Length > 0 ? (int)numbers[0] : 20_000),
            "lookahead" => LookAhead.Table(Decisions(numbers)),
            _ => Routing.Table(Decisions(numbers)),
        };
        Console.WriteLine(text);
        if (write)
        {
            Results.Write(verb, text);
        }

        return 0;
    }

    private static string CurveText(double capacity, double[] numbers)
    {
        long most = numbers.Length > 0 ? (long)numbers[0] : 10_000_000;
        return Preamble(capacity) + Curve.Table(capacity, most, numbers.Length > 1 ? numbers[1..] : Production.Loads);
    }

    private static string FeaturesText(double capacity, double[] numbers) =>
        Preamble(capacity) + Features.Table(capacity, numbers.Length > 0 ? (long)numbers[0] : 500_000);

    private static string Preamble(double capacity) =>
        $"Setting: {Production.Description}.\n\n"
        + $"Capacity, from a backlog: {Figures.Whole(capacity)} requests/s; loads are fractions of it.\n\n";

    private static int Decisions(double[] numbers) => numbers.Length > 0 ? (int)numbers[0] : 200_000;

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
