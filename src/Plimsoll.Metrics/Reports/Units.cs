using System.Globalization;

namespace Plimsoll.Metrics.Reports;

/// <summary>Numbers for people: three significant digits, thousands separated, a unit that fits. A dash where there is no number.</summary>
public static class Units
{
    /// <summary>What stands where there is no number.</summary>
    public const string None = "–";

    private static readonly (double Scale, string Name)[] TimeUnits =
        [(1e-9, "ns"), (1e-6, "µs"), (1e-3, "ms"), (1, "s"), (60, "min"), (3600, "h"), (86400, "d")];

    /// <summary>A duration in seconds, such as 37.2 ms.</summary>
    public static string Seconds(double seconds)
    {
        if (!double.IsFinite(seconds))
        {
            return None;
        }

        (double scale, string name) = TimeUnit(Math.Abs(seconds));
        return Number(seconds / scale) + " " + name;
    }

    /// <summary>The unit in which <paramref name="seconds"/> reads best: minutes only from two on, hours and days likewise.</summary>
    public static (double Scale, string Name) TimeUnit(double seconds) =>
        seconds == 0 ? (1, "s") : TimeUnits.LastOrDefault(unit => seconds >= unit.Scale * (unit.Scale > 1 ? 2 : 1), TimeUnits[0]);

    /// <summary>A number: as it is when whole, else three significant digits.</summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
        {
            return None;
        }

        double size = Math.Abs(value);
        string format = size switch
        {
            < 1e15 when double.IsInteger(value) => "#,0",
            >= 99.95 => "#,0",
            >= 9.995 => "0.0",
            >= 0.9995 => "0.00",
            >= 0.001 => "0." + new string('0', (int)Math.Ceiling(-Math.Log10(size)) + 2),
            _ => "0.##e0",
        };
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>A whole number with its thousands separated.</summary>
    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A whole number in three significant digits, with k, M or G from ten thousand on.</summary>
    public static string Compact(long value) => value switch
    {
        >= 1_000_000_000 => Number(value / 1e9) + " G",
        >= 1_000_000 => Number(value / 1e6) + " M",
        >= 10_000 => Number(value / 1e3) + " k",
        _ => Count(value),
    };

    /// <summary>A fraction as a percentage.</summary>
    public static string Percent(double fraction) => double.IsFinite(fraction) ? Number(fraction * 100) + " %" : None;

    /// <summary>A difference in percent, with its sign.</summary>
    public static string SignedPercent(double fraction) =>
        double.IsFinite(fraction) ? (fraction > 0 ? "+" : "") + Percent(fraction).Replace('-', '−') : None;

    /// <summary>Bytes in binary units.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        >= 1L << 30 => Number(bytes / (double)(1L << 30)) + " GiB",
        >= 1L << 20 => Number(bytes / (double)(1L << 20)) + " MiB",
        _ => Number(bytes / 1024.0) + " KiB",
    };
}
