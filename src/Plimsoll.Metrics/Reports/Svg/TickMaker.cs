using System.Globalization;

namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>Round numbers along an axis: steps of 1, 2 or 5 times a power of ten, in the unit that the axis is read in.</summary>
internal static class TickMaker
{
    /// <summary>Evenly spaced ticks. With <paramref name="rounded"/>, ends that the axis leaves free move out to the next tick.</summary>
    public static (string Label, double Step, IReadOnlyList<(double Value, string Text)> Ticks) Linear(
        PlotAxis axis, ref double low, ref double high, bool rounded, int count)
    {
        (double scale, string suffix, string label) = Reading(axis, Math.Max(Math.Abs(low), Math.Abs(high)));
        double step = NiceStep((high - low) / scale / count) * scale;
        if (rounded)
        {
            low = axis.Min ?? Math.Floor((low / step) + 1e-9) * step;
            high = axis.Max ?? Math.Ceiling((high / step) - 1e-9) * step;
        }

        string format = "#,0" + Decimals(step / scale);
        List<(double, string)> ticks = [];
        long last = (long)Math.Floor((high / step) + 1e-9);
        for (long i = (long)Math.Ceiling((low / step) - 1e-9); i <= last; i++)
        {
            string text = (i * (step / scale)).ToString(format, CultureInfo.InvariantCulture).Replace('-', '−');
            ticks.Add((i * step, i == 0 && axis.Kind != AxisKind.Fraction ? "0" : text + suffix));
        }

        return (label, step, ticks);
    }

    /// <summary>Powers of ten; with halves and fifths between them when there are few, and thinned when there are many.</summary>
    public static IReadOnlyList<(double Value, string Text)> Logarithmic(AxisKind kind, double low, double high)
    {
        double decades = Math.Log10(high / low);
        int every = (int)Math.Ceiling(decades / 5);
        double[] multiples = decades < 1.2 ? [1, 2, 3, 5, 7] : decades < 3 ? [1, 3] : [1];
        List<(double, string)> ticks = [];
        for (int power = (int)Math.Floor(Math.Log10(low)); power <= Math.Log10(high); power++)
        {
            foreach (double multiple in multiples)
            {
                double value = multiple * Math.Pow(10, power);
                if (power % every == 0 && value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9))
                {
                    ticks.Add((value, LogText(kind, value)));
                }
            }
        }

        return ticks;
    }

    private static double NiceStep(double rough)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double multiple = rough / power;
        return power * (multiple <= 1.0000001 ? 1 : multiple <= 2 ? 2 : multiple <= 5 ? 5 : 10);
    }

    private static string Decimals(double step)
    {
        int digits = Math.Max(0, -(int)Math.Floor(Math.Log10(step) + 1e-9));
        return digits == 0 ? "" : "." + new string('0', digits);
    }

    private static (double Scale, string Suffix, string Label) Reading(PlotAxis axis, double size)
    {
        if (axis.Kind == AxisKind.Seconds)
        {
            (double scale, string name) = Units.TimeUnit(size);
            return (scale, "", axis.Label + " (" + name + ")");
        }

        return axis.Kind == AxisKind.Fraction ? (0.01, " %", axis.Label)
            : size >= 1e7 ? (1e6, "M", axis.Label)
            : size >= 1e4 ? (1e3, "k", axis.Label)
            : (1, "", axis.Label);
    }

    private static string LogText(AxisKind kind, double value)
    {
        if (kind == AxisKind.Fraction)
        {
            return Short(value * 100) + " %";
        }

        if (kind == AxisKind.Seconds)
        {
            return value >= 1 ? Short(value) + " s" : value >= 1e-3 ? Short(value * 1e3) + " ms"
                : value >= 1e-6 ? Short(value * 1e6) + " µs" : Short(value * 1e9) + " ns";
        }

        return value >= 1e6 ? Short(value / 1e6) + "M" : value >= 1e3 ? Short(value / 1e3) + "k" : Short(value);
    }

    private static string Short(double value) => value.ToString("#,0.###", CultureInfo.InvariantCulture);
}
