using System.Diagnostics;
using Plimsoll.Benchmarks.Measuring;
using Plimsoll.Benchmarks.Setting;
using Plimsoll.Simulation;
using Plimsoll.Workloads;

namespace Plimsoll.Benchmarks;

/// <summary>How the cost of a run grows with its length and with the load, generation included.</summary>
internal static class Curve
{
    private const long FewRequests = 10_000;

    public static string Table(double capacity, long mostRequests, IReadOnlyList<double> loads)
    {
        WarmUp(capacity, loads);
        var table = new MarkdownTable(
            "requests", "load", "M requests/s", "M requests/s, median", "M steps/s", "steps/request", "ns/request", "CPU ns/request",
            "bytes/request", "peak MiB so far");
        for (long requests = FewRequests; requests <= mostRequests; requests *= 10)
        {
            foreach (double load in loads)
            {
                Add(table, Figures.Whole(requests), load, PointOf(requests, load * capacity, readAhead: false));
            }
        }

        foreach (double load in loads)
        {
            Add(table, $"{Figures.Whole(mostRequests)}, read ahead", load, PointOf(mostRequests, load * capacity, readAhead: true));
        }

        return table.ToString();
    }

    // Long enough for the code to have been compiled for good.
    private static void WarmUp(double capacity, IReadOnlyList<double> loads)
    {
        foreach (double load in loads)
        {
            Point.Measure(3, () => Production.Run(Production.Fleet(), Production.Traffic(10 * FewRequests, load * capacity)));
        }
    }

    private static Point PointOf(long requests, double rate, bool readAhead)
    {
        FleetScenario fleet = Production.Fleet();
        return Point.Measure(Times(requests), () =>
        {
            IRequestSource traffic = Production.Traffic(requests, rate);
            using PrefetchingSource? ahead = readAhead ? new PrefetchingSource(traffic) : null;
            return Production.Run(fleet, ahead ?? traffic);
        });
    }

    private static int Times(long requests) => requests switch
    {
        <= 10_000 => 25,
        <= 100_000 => 15,
        <= 1_000_000 => 7,
        _ => 3,
    };

    private static void Add(MarkdownTable table, string name, double load, Point point)
    {
        using var process = Process.GetCurrentProcess();
        table.Add(
            name,
            Figures.OneDecimal(load),
            Figures.Millions(point.Requests / point.LeastSeconds),
            Figures.Millions(point.Requests / point.MedianSeconds),
            Figures.Millions(point.Steps / point.LeastSeconds),
            Figures.TwoDecimals((double)point.Steps / point.Requests),
            Figures.Nanoseconds(point.LeastSeconds / point.Requests),
            Figures.Nanoseconds(point.LeastCpuSeconds / point.Requests),
            Figures.OneDecimal(point.BytesPerRequest),
            Figures.Whole(process.PeakWorkingSet64 >> 20));
    }
}
