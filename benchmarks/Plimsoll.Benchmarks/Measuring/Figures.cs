using System.Globalization;

namespace Plimsoll.Benchmarks.Measuring;

/// <summary>How numbers are written in the tables.</summary>
internal static class Figures
{
    /// <summary>Millions, to two decimals.</summary>
    public static string Millions(double value) => (value / 1e6).ToString("0.00", CultureInfo.InvariantCulture);

    public static string Whole(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Nanoseconds(double seconds) => Whole(seconds * 1e9);

    public static string OneDecimal(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    public static string TwoDecimals(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
