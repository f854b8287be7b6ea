using System.CommandLine;
using System.Globalization;
using Plimsoll.Planning.Afd;
using Plimsoll.Simulation.Disaggregation;

namespace Plimsoll.Cli.Options;

/// <summary>Attention and FFN apart: options of <c>plimsoll plan afd</c>, and of <c>simulate --topology afd</c>.</summary>
internal sealed class AfdOptions(TrafficOptions traffic)
{
    public TrafficOptions Traffic => traffic;

    public Setting<int> Ratio { get; } = Opt.Count("--ratio", "--topology afd: r, Attention instances to the FFN instance.", 1, 10_000);

    public Setting<int> Batch { get; } = Opt.Count(
        "--batch", "B, request slots of one Attention instance in one microbatch.", 1, 1_000_000);

    public Setting<AffineCost> Attention { get; } = Cost(
        "--attention", "Time of an Attention instance by its KV tokens: α:β, in any unit of time.");

    public Setting<AffineCost> Ffn { get; } = Cost(
        "--ffn", "Time of the FFN instance by the slots of all Attention instances, in the same unit.");

    public Setting<AffineCost> Communication { get; } = Cost(
        "--comm", "Time there and back by the slots that --comm-slots says, in the same unit.");

    public Option<string?> CommunicationSlots { get; } = Opt.Text(
        "--comm-slots", "Slots by which --comm grows: instance for B (default), all for r·B.", "WHICH");

    public Setting<long> Horizon { get; } = Opt.Big(
        "--horizon", "N, requests that an Attention instance serves, from an empty start (default: the long run).", 1, 1_000_000_000_000);

    public Setting<int> MaxRatio { get; } = Opt.Count("--max-ratio", "Greatest ratio to look at (default 32).", 1, 10_000);

    public Setting<int> Microbatches { get; } = Opt.Count("--microbatches", "m, microbatches in flight (default 2).", 1, 64);

    public Setting<RolePowers> Power { get; } = new(
        Opt.Text("--power", "What an instance of Attention and of FFN draws: asks for tokens per energy too.", "wA:wF"),
        text => Pair(text) is { First: > 0, Second: > 0 } pair ? new RolePowers(pair.First, pair.Second) : null,
        "two positive numbers with a colon between them, as in 400:700");

    public Option<bool> NoSimulate { get; } = Opt.Flag("--no-simulate", "Closed forms alone.");

    public Setting<int> Steps { get; } = Opt.Count(
        "--steps", "Decode steps of a simulated run (default: 40 mean outputs, or what --horizon takes).", 1, MostSteps);

    public Setting<int> Replications { get; } = Opt.Count(
        "--replications", "Simulated runs of each ratio (default 5; intervals need 2).", 1, 10_000);

    public Setting<int> Threads { get; } = Opt.Count("--threads", "Runs at a time (default: as many as there are processors).", 1, 4096);

    public OutputOptions Output { get; } = new();

    /// <summary>Decode steps that a simulated run may take.</summary>
    public const int MostSteps = 10_000_000;

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[]
        {
            Traffic.Prompt, Traffic.Output, Traffic.Trace, Traffic.Format, Traffic.SkipBadRows, Batch.Option, Attention.Option, Ffn.Option,
            Communication.Option, CommunicationSlots, Horizon.Option, MaxRatio.Option, Microbatches.Option, Power.Option, NoSimulate,
            Steps.Option, Replications.Option, Threads.Option,
        })
        {
            command.Options.Add(option);
        }

        Output.AddTo(command);
    }

    /// <summary>What one such system is, for <c>simulate</c>.</summary>
    public IEnumerable<Option> OfOneSystem =>
    [
        Ratio.Option, Batch.Option, Attention.Option, Ffn.Option, Communication.Option, CommunicationSlots, Horizon.Option, Microbatches.Option,
        Steps.Option,
    ];

    private static Setting<AffineCost> Cost(string name, string help) => new(
        Opt.Text(name, help, "α:β"),
        text => Pair(text) is { First: >= 0, Second: >= 0 } pair ? new AffineCost(pair.First, pair.Second) : null,
        "two numbers from 0 to 1e12 with a colon between them: time per token and fixed time, as in 0.083:100");

    private static (double First, double Second)? Pair(string text)
    {
        string[] parts = text.Split(':');
        return parts.Length == 2 && TryNumber(parts[0], out double first) && TryNumber(parts[1], out double second)
            ? (first, second)
            : null;
    }

    private static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && Math.Abs(number) <= 1e12;
}
