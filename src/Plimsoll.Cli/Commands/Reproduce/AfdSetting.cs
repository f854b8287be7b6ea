using Plimsoll.Planning.Afd;
using Plimsoll.Simulation.Disaggregation;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>One setting of the Attention/FFN experiment, with its answers in closed form.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Plan">Its answers.</param>
/// <param name="Printed">Best ratios that were printed for it.</param>
/// <param name="Ratios">Ratios to simulate, in order.</param>
internal sealed record AfdSetting(string Name, AfdPlan Plan, IReadOnlyList<decimal> Printed, IReadOnlyList<int> Ratios)
{
    private const int Around = 3;
    private const int MaxRatio = 64;

    /// <summary>Reads it.</summary>
    /// <param name="fields">Its fields.</param>
    /// <param name="costs">What steps cost.</param>
    /// <param name="horizonRequests">Requests of an instance.</param>
    /// <param name="microbatches">Microbatches in flight.</param>
    /// <param name="ratios">Ratios to simulate beside those around the best of theory.</param>
    public static AfdSetting Read(ScenarioFields fields, AfdCosts costs, int horizonRequests, int microbatches, IEnumerable<int> ratios)
    {
        var plan = AfdPlan.Of(new AfdQuestion
        {
            Workload = AfdWorkload.OfLengths(fields.Lengths("prompt_tokens"), fields.Lengths("output_tokens")),
            Costs = costs,
            Slots = fields.Whole("slots", 1, 10_000),
            HorizonRequests = horizonRequests,
            MaxRatio = MaxRatio,
            Microbatches = microbatches,
        });
        int best = plan.Overlapped.Ratio;
        int least = Math.Max(1, best - Around);
        SortedSet<int> simulated = [.. ratios, .. Enumerable.Range(least, Math.Min(MaxRatio, best + Around) - least + 1)];
        return new AfdSetting(fields.Text("name"), plan, fields.Numbers("printed_ratios", 0.01m, 1000), [.. simulated]);
    }

    /// <summary>A run of one ratio.</summary>
    public AfdScenario Scenario(int ratio)
    {
        AfdQuestion question = Plan.Question;
        double steps = question.Workload.StepsFor(question.HorizonRequests!.Value, question.Slots);
        return new AfdScenario
        {
            Ratio = ratio,
            SlotsPerInstance = question.Slots,
            Microbatches = question.Microbatches,
            Costs = question.Costs,
            Steps = (int)Math.Clamp(Math.Round(steps), 1, 1_000_000),
            Start = AfdStart.Empty,
            Traffic = question.Workload.Traffic,
        };
    }
}
