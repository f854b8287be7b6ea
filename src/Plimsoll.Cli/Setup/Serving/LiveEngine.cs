using System.CommandLine;
using System.Globalization;
using Plimsoll.Cli.Options;
using Plimsoll.Gateway.Observing.Live;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;
using Plimsoll.Simulation;

namespace Plimsoll.Cli.Setup.Serving;

/// <summary>
/// The engine behind a live gateway as planner and simulator need it: as the configuration describes it, or as far as it can be seen from
/// outside. What the engines themselves say of their memory goes before both.
/// </summary>
/// <param name="Known">The engine of the configuration; null if it describes none.</param>
/// <param name="Name">What to call it.</param>
internal sealed record LiveEngine(ReplicaConfiguration? Known, string Name)
{
    private const int UsualBlockTokens = 16;

    private static readonly string[] Keys =
    [
        "model", "gpu", "tp", "kv-dtype", "weight-dtype", "step-time", "kv-tokens", "block-size", "max-sequences", "token-budget", "chunk", "batching",
    ];

    /// <summary>Nothing is configured.</summary>
    public static LiveEngine Unknown { get; } = new(null, "");

    /// <summary>Reads a mapping whose keys are options of <c>plimsoll emulate</c>.</summary>
    public static LiveEngine Read(YamlMap map, Action<string> refuse)
    {
        List<string> arguments = [];
        foreach (string key in Keys)
        {
            if (map.Text(key) is { } value)
            {
                arguments.AddRange(["--" + key, value]);
            }
        }

        map.End();
        if (arguments.Count == 0)
        {
            return Unknown;
        }

        var options = new FleetOptions();
        var command = new Command("engine");
        options.AddTo(command);
        var problems = new InputProblems();
        FleetScenario? scenario = null;
        try
        {
            scenario = Fleet.From(options, command.Parse(arguments), null, problems)?.Scenario(null, problems);
        }
        catch (InfeasibleException impossible)
        {
            refuse(impossible.Message);
        }

        foreach (string problem in problems.Sentences)
        {
            refuse(problem);
        }

        string name = map.Text("step-time") is { } steps ? "step time " + steps
            : $"{map.Text("model") ?? "the default model"} on {map.Text("gpu") ?? "the default GPU"}";
        return new LiveEngine(scenario?.Replica, name);
    }

    /// <summary>The engine of a pool, and where its numbers come from in a sentence; null while too little is known.</summary>
    public (ReplicaConfiguration Replica, string Basis)? Of(LiveTraffic traffic)
    {
        double measured = traffic.Rates.SecondsPerOutputToken;
        if (Known is null && !(measured > 0))
        {
            return null;
        }

        ReplicaConfiguration replica = Known ?? new ReplicaConfiguration(
            PolicyCatalog.Batching.Default.Create().Plan(new EngineOverrides { LargeDevice = true }),
            ReplicaConfiguration.UnlimitedKvBlocks,
            UsualBlockTokens,
            new ConstantStepTime(measured));
        if (traffic.KvBlocks is { } blocks)
        {
            replica = replica with { KvBlocks = blocks, BlockTokens = traffic.BlockTokens ?? UsualBlockTokens };
        }

        return (replica, string.Create(CultureInfo.InvariantCulture, $"{StepBasis(measured)} {MemoryBasis(replica, traffic)}"));
    }

    private string StepBasis(double measured) => Known is not null
        ? $"Step times are those of {Name}, as configured."
        : string.Create(
            CultureInfo.InvariantCulture,
            $"A step is taken to last {measured * 1e3:0.##} ms, as clients measure now: it grows with the batch, so the true line is lower. ")
            + "An engine: in the configuration makes it exact.";

    private static string MemoryBasis(ReplicaConfiguration replica, LiveTraffic traffic)
    {
        string source = traffic.KvBlocks is null ? "as configured" : "as the engines say";
        return replica.KvBlocks >= ReplicaConfiguration.UnlimitedKvBlocks ? "KV memory is not known and taken as unlimited."
            : string.Create(CultureInfo.InvariantCulture, $"KV memory is {replica.KvBlocks * replica.BlockTokens:#,0} tokens a replica, {source}.");
    }
}
