using System.Diagnostics;
using Plimsoll.Simulation;

namespace Plimsoll.Benchmarks.Measuring;

/// <summary>One point of a table: the same run several times over, after one that warms up and does not count.</summary>
internal sealed class Point
{
    private readonly Measured[] _runs;

    private Point(Measured[] runs) => _runs = runs;

    /// <summary>Least wall seconds; what else runs on the machine can only add to it.</summary>
    public double LeastSeconds => _runs.Min(run => run.WallSeconds);

    public double MedianSeconds => _runs.Select(run => run.WallSeconds).Order().ElementAt(_runs.Length / 2);

    public double LeastCpuSeconds => _runs.Min(run => run.CpuSeconds);

    public long Requests => _runs[0].Requests;

    public long Steps => _runs[0].Steps;

    public double BytesPerRequest => (double)_runs.Min(run => run.AllocatedBytes) / Requests;

    /// <summary>Measures <paramref name="run"/>, whose outcome must be the same every time.</summary>
    public static Point Measure(int times, Func<SimulationOutcome> run)
    {
        var runs = new Measured[times];
        for (int i = 0; i < times; i++)
        {
            runs[i] = Once(run);
            if (runs[i].Digest != runs[0].Digest)
            {
                throw new InvalidOperationException("the same run gave two digests");
            }
        }

        return new Point(runs);
    }

    /// <summary>Measures a part of a run that handles so many requests.</summary>
    public static Point Measure(int times, long requests, Action part)
    {
        var runs = new Measured[times];
        for (int i = 0; i < times; i++)
        {
            runs[i] = Once(part) with { Requests = requests };
        }

        return new Point(runs);
    }

    private static Measured Once(Func<SimulationOutcome> run)
    {
        SimulationOutcome? outcome = null;
        return Once(() => { outcome = run(); }) with
        {
            Requests = outcome!.Metrics.Counts.Submitted,
            Steps = outcome.Replicas.Sum(replica => replica.Statistics.Steps),
            Digest = outcome.Metrics.Digest,
        };
    }

    private static Measured Once(Action action)
    {
        GC.Collect();
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        action();
        double wall = watch.Elapsed.TotalSeconds;
        return new Measured(
            wall,
            (Environment.CpuUsage.TotalTime - cpu).TotalSeconds,
            GC.GetTotalAllocatedBytes(precise: true) - allocated,
            Requests: 0,
            Steps: 0,
            Digest: 0);
    }
}
