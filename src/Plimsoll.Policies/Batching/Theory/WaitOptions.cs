using Plimsoll.Core;
using Plimsoll.Policies.Batching.Waiting;

namespace Plimsoll.Policies.Batching.Theory;

/// <summary>What policies that wait for newcomers let a user set.</summary>
internal static class WaitOptions
{
    public static readonly PolicyOption<int> Limit = new()
    {
        Name = "limit",
        Unit = "requests",
        Minimum = 0,
        Maximum = int.MaxValue,
        Fallback = 0,
        Meaning = "Most requests inside, split over types and stages; 0 for as many as the fluid balance asks for and memory allows.",
    };

    public static readonly PolicyOption<double> Slack = new()
    {
        Name = "slack",
        Unit = "none",
        Minimum = 1,
        Maximum = 1000,
        Fallback = 1.2,
        Meaning = "Thresholds as a multiple of those of the fluid balance, below which the queue would grow; with a limit of 0.",
    };

    public static readonly PolicyOption<double> Reserve = new()
    {
        Name = "reserve",
        Unit = "fraction of KV memory",
        Minimum = 0,
        Maximum = 0.9,
        Fallback = 0.05,
        Meaning = "Memory that thresholds and admission leave free for what is inside to grow.",
    };

    public static readonly PolicyOption<double> Patience = new()
    {
        Name = "patience",
        Unit = "seconds",
        Minimum = 0,
        Maximum = 1_000_000,
        Fallback = 1.0,
        Meaning = "Longest time to hold somebody back; then everybody runs until the next arrival.",
    };

    /// <summary>The engine of these policies, with a gate of such settings.</summary>
    public static BatchingRules Rules(EngineOverrides overrides, PolicyArguments arguments, Func<WaitSettings, IStepGate> gate)
    {
        var settings = new WaitSettings
        {
            Limit = arguments.Of(Limit),
            Slack = arguments.Of(Slack),
            Reserve = arguments.Of(Reserve),
            Patience = Duration.FromSeconds(arguments.Of(Patience)),
            StepTime = overrides.StepTime,
        };
        return TheoryOptions.Rules(overrides, arguments) with
        {
            WatermarkFraction = arguments.Of(Reserve),
            Gate = () => gate(settings),
        };
    }
}
