using System.CommandLine;
using System.Globalization;
using Plimsoll.Core;

namespace Plimsoll.Cli.Options;

/// <summary>Options whose messages name the option, what was given and what is allowed.</summary>
internal static class Opt
{
    public static Option<string?> Text(string name, string help, string? valueName = null) =>
        new(name) { Description = help, HelpName = valueName };

    public static Option<bool> Flag(string name, string help) => new(name) { Description = help };

    public static Setting<int> Count(string name, string help, int least, int most = 1_000_000_000) =>
        new(Text(name, help, "N"), text => (int?)Whole(text, least, most), Between("a whole number", least, most));

    public static Setting<long> Big(string name, string help, long least, long most) =>
        new(Text(name, help, "N"), text => Whole(text, least, most), Between("a whole number", least, most));

    public static Setting<double> Real(string name, string help, double least, double most) => new(
        Text(name, help, "X"),
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most ? value : null,
        Between("a number", least, most));

    /// <summary>A time such as <c>250ms</c>, <c>1.5s</c>, <c>10m</c>; a bare number is seconds.</summary>
    public static Setting<Duration> Time(string name, string help) => new(
        Text(name, help, "TIME"),
        text => Durations.TryParse(text, out Duration time) ? time : null,
        "a time; write 250ms, 1.5s, 10m or a number of seconds");

    private static string Between<T>(string kind, T least, T most)
        where T : IFormattable =>
        string.Create(CultureInfo.InvariantCulture, $"{kind} from {least:#,0.#########} to {most:#,0.#########}");

    private static long? Whole(string text, long least, long most)
    {
        string digits = text.Replace("_", "", StringComparison.Ordinal);
        bool isWhole = long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value);
        return isWhole && value >= least && value <= most ? value : null;
    }
}
