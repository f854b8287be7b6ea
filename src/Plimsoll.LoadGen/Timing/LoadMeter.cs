using System.Diagnostics;
using System.Globalization;

namespace Plimsoll.LoadGen.Timing;

/// <summary>Measures what this process, and the machine, use from its construction on.</summary>
internal sealed class LoadMeter
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly TimeSpan _cpu = Environment.CpuUsage.TotalTime;
    private readonly TimeSpan _pauses = GC.GetTotalPauseDuration();
    private readonly (long Busy, long All)? _machine = Machine();

    public ClientLoad Read()
    {
        double wall = Stopwatch.GetElapsedTime(_started).TotalSeconds;
        double cpu = (Environment.CpuUsage.TotalTime - _cpu).TotalSeconds;
        int cores = Environment.ProcessorCount;
        double machine = _machine is { } then && Machine() is { } now && now.All > then.All
            ? (double)(now.Busy - then.Busy) / (now.All - then.All)
            : double.NaN;
        return new ClientLoad(cpu / (wall * cores), machine, (GC.GetTotalPauseDuration() - _pauses).TotalSeconds, cores);
    }

    // The first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal.
    private static (long Busy, long All)? Machine()
    {
        const string Path = "/proc/stat";
        if (!OperatingSystem.IsLinux() || !File.Exists(Path))
        {
            return null;
        }

        using var reader = new StreamReader(Path);
        string[] fields = (reader.ReadLine() ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 9 || fields[0] != "cpu")
        {
            return null;
        }

        long[] ticks = [.. fields.Skip(1).Take(8).Select(field => long.Parse(field, CultureInfo.InvariantCulture))];
        long all = ticks.Sum();
        return (all - ticks[3] - ticks[4], all);
    }
}
