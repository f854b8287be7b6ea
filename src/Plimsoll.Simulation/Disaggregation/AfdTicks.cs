namespace Plimsoll.Simulation.Disaggregation;

/// <summary>
/// The costs of a run in whole ticks, so that its times add up exactly. A tick is a power of ten of the coefficients' unit, as small as
/// the length of the run allows; coefficients of a few digits are whole numbers of it.
/// </summary>
internal readonly struct AfdTicks
{
    // A run nearly as long as a clock can count has room for loads a hundred times the expected ones.
    private const double LongestExpectedRun = 1e17;
    private const double MostTicksPerUnit = 1e18;
    private const double LeastTicksPerUnit = 1e-18;

    public AfdTicks(AfdScenario scenario)
    {
        (AfdCosts costs, int slots) = (scenario.Costs, scenario.SlotsPerInstance);
        double ffn = costs.FfnTime(scenario.Ratio, slots);
        double communication = costs.CommunicationTime(scenario.Ratio, slots);
        double attention = costs.Attention.At(slots * (scenario.Traffic.MeanPromptTokens + scenario.Traffic.MeanOutputTokens));
        double expected = (attention + ffn + communication) * scenario.Steps * scenario.Microbatches;
        if (!(expected > 0 && double.IsFinite(expected)))
        {
            throw new ArgumentOutOfRangeException(nameof(scenario), "steps must take time, and a finite one");
        }

        PerUnit = PowerOfTen(LongestExpectedRun / expected);
        AttentionPerToken = Whole(costs.Attention.PerToken);
        AttentionFixed = Whole(costs.Attention.Fixed);
        Ffn = Whole(ffn);
        OneWay = Whole(communication / 2);
    }

    public double PerUnit { get; }

    public long AttentionPerToken { get; }

    public long AttentionFixed { get; }

    public long Ffn { get; }

    public long OneWay { get; }

    private static double PowerOfTen(double most)
    {
        double power = 1;
        for (; power > most && power > LeastTicksPerUnit; power /= 10)
        {
        }

        for (; power * 10 <= most && power < MostTicksPerUnit; power *= 10)
        {
        }

        return power;
    }

    private long Whole(double time) => checked((long)Math.Round(time * PerUnit));
}
