using System.Globalization;
using Plimsoll.Core;

namespace Plimsoll.Cli.Options;

/// <summary>Times as people write them.</summary>
internal static class Durations
{
    private const double MostSeconds = 1e9;

    private static readonly (string Suffix, double Seconds)[] Units =
        [("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("min", 60), ("m", 60), ("h", 3600), ("s", 1)];

    /// <summary>Reads <c>250ms</c>, <c>1.5s</c>, <c>10m</c>, <c>2h</c> or a number of seconds; not negative.</summary>
    public static bool TryParse(string text, out Duration time)
    {
        (string number, double unit) = (text, 1);
        foreach ((string suffix, double seconds) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal))
            {
                (number, unit) = (text[..^suffix.Length], seconds);
                break;
            }
        }

        time = default;
        if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !(value * unit is >= 0 and <= MostSeconds))
        {
            return false;
        }

        time = Duration.FromSeconds(value * unit);
        return true;
    }
}
