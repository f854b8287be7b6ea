using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Plimsoll.Cli.Options;

/// <summary>Options whose messages name the option, what was given and what is allowed.</summary>
internal static class Opt
{
    public static Option<string?> Text(string name, string help, string? valueName = null) =>
        new(name) { Description = help, HelpName = valueName };

    public static Option<bool> Flag(string name, string help) => new(name) { Description = help };

    public static Option<int?> Count(string name, string help, int least, int most = 1_000_000_000) => new(name)
    {
        Description = help,
        HelpName = "N",
        CustomParser = result => (int?)Whole(result, name, least, most),
    };

    public static Option<long?> Big(string name, string help, long least, long most) => new(name)
    {
        Description = help,
        HelpName = "N",
        CustomParser = result => Whole(result, name, least, most),
    };

    public static Option<double?> Real(string name, string help, double least, double most) => new(name)
    {
        Description = help,
        HelpName = "X",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most)
            {
                return value;
            }

            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}: '{text}' is not a number from {least} to {most}"));
            return null;
        },
    };

    /// <summary>A time such as <c>250ms</c>, <c>1.5s</c>, <c>10m</c>; a bare number is seconds.</summary>
    public static Option<Core.Duration?> Time(string name, string help) => new(name)
    {
        Description = help,
        HelpName = "TIME",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (Durations.TryParse(text, out Core.Duration time))
            {
                return time;
            }

            result.AddError($"{name}: '{text}' is not a time; write 250ms, 1.5s, 10m or a number of seconds");
            return null;
        },
    };

    private static long? Whole(ArgumentResult result, string name, long least, long most)
    {
        string text = result.Tokens[0].Value;
        string digits = text.Replace("_", "", StringComparison.Ordinal);
        if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= least && value <= most)
        {
            return value;
        }

        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}: '{text}' is not a whole number from {least} to {most}"));
        return null;
    }
}
