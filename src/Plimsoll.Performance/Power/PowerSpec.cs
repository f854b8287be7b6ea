using System.Globalization;
using Plimsoll.Performance.Catalog;

namespace Plimsoll.Performance.Power;

/// <summary>
/// Reads a law of power from the command line: <c>law</c> with the published numbers, <c>law:IDLE:PEAK:GAMMA</c>, or the name of a GPU.
/// </summary>
public static class PowerSpec
{
    /// <summary>Every form on one line, for help texts and messages.</summary>
    public const string Forms = "law (100 W idle, 400 W peak, exponent 0.7), law:IDLE_WATTS:PEAK_WATTS:GAMMA, or a GPU of the catalogue";

    private const double MostWatts = 1_000_000;

    /// <summary>The law, or every problem with the text.</summary>
    /// <param name="spec">Text of the option.</param>
    /// <param name="catalog">Where GPUs are found.</param>
    public static ReadResult<IPowerModel> Parse(string spec, PerformanceCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(catalog);
        if (catalog.FindGpu(spec) is { } gpu)
        {
            return gpu.Power.LimitWatts is null
                ? Refused($"the power limit of {gpu.Id} is not known")
                : new(new GpuPowerModel(gpu), [], []);
        }

        string[] parts = spec.Split(':');
        if (parts[0] != "law" || parts.Length is not (1 or 4))
        {
            return Refused($"is no law of power; use {Forms}");
        }

        if (parts.Length == 1)
        {
            return new(new LoadPowerLaw(), [], []);
        }

        double[] numbers = [.. parts[1..].Select(Number)];
        (double idle, double peak, double gamma) = (numbers[0], numbers[1], numbers[2]);
        return idle is >= 0 and <= MostWatts && peak >= idle && peak <= MostWatts && gamma is > 0 and <= 100
            ? new(new LoadPowerLaw(idle, peak, gamma), [], [])
            : Refused($"must have 0 ≤ IDLE_WATTS ≤ PEAK_WATTS ≤ {MostWatts:#,0} and 0 < GAMMA ≤ 100");

        static double Number(string text) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN;

        ReadResult<IPowerModel> Refused(string why) => new(null, [new InputProblem(spec, 0, "", why)], []);
    }
}
