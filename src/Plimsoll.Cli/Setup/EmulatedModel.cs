using System.CommandLine;
using System.Globalization;
using Plimsoll.Cli.Options;
using Plimsoll.Gateway.Emulation;
using Plimsoll.Policies;
using Plimsoll.Simulation;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Cli.Setup;

/// <summary>The model server a user wants emulated.</summary>
/// <param name="Options">For the emulator.</param>
/// <param name="Notes">What a reader must know about its timing.</param>
internal sealed record EmulatedModel(EmulatorOptions Options, IReadOnlyList<string> Notes)
{
    private const string DefaultOutput = "lognormal:150:250";
    private const string DefaultModel = "emulated";
    private const int DefaultModelTokens = 131_072;

    /// <summary>Reads the options; null when something is wrong with them.</summary>
    public static EmulatedModel? From(EmulateOptions options, ParseResult parsed, InputProblems problems)
    {
        Fleet? fleet = Fleet.From(options.Fleet, parsed, lockstep: null, problems);
        LengthDistribution? outputs = Traffic.ParseLength("--output", parsed.GetValue(options.Output) ?? DefaultOutput, problems);
        double speed = options.Speed.Read(parsed, problems) ?? 1;
        long seed = options.Seed.Read(parsed, problems) ?? 1;
        int? modelTokens = options.MaxModelTokens.Read(parsed, problems);
        int? kvEvents = options.KvEvents.Read(parsed, problems);
        int? kvReplay = options.KvReplay.Read(parsed, problems);
        if (kvReplay is not null && kvEvents is null)
        {
            problems.Add("--kv-replay", "needs --kv-events: there is nothing to send again");
        }

        EmulatorFaults? faults = FaultsOf(parsed.GetValue(options.Faults) ?? [], problems);
        if (fleet is not null && Predictions.Uses(fleet.Batching.Entry) && !fleet.Batching.Entry.Signals.HasFlag(Signals.TrueOutputLength))
        {
            problems.Add("--batching", $"{fleet.Batching.Entry.Name} needs predicted output lengths, which requests do not bring");
        }

        FleetScenario? scenario = problems.Any ? null : fleet!.Scenario(null, problems);
        if (scenario is null)
        {
            return null;
        }

        Hardware? hardware = fleet!.Engine.Hardware;
        var emulator = new EmulatorOptions
        {
            Model = parsed.GetValue(options.ServedModel) ?? hardware?.Model.Id ?? DefaultModel,
            Replica = scenario.Replica,
            Outputs = outputs!.Sample,
            Speed = speed,
            Seed = (ulong)seed,
            MaxModelTokens = modelTokens ?? hardware?.Model.Architecture.MaxPositions ?? DefaultModelTokens,
            KvEventsPort = kvEvents,
            KvReplayPort = kvReplay,
            Faults = faults!,
        };
        return new EmulatedModel(emulator, [Describe(emulator, fleet), .. fleet.Notes(scenario)]);
    }

    private static EmulatorFaults? FaultsOf(string[] texts, InputProblems problems)
    {
        EmulatorFaults faults = EmulatorFaults.None;
        foreach (string text in texts)
        {
            if (faults.Parse(text, out string problem) is { } more)
            {
                faults = more;
            }
            else
            {
                problems.Add("--fault", problem);
            }
        }

        return faults;
    }

    private static string Describe(EmulatorOptions options, Fleet fleet) => string.Create(
        CultureInfo.InvariantCulture,
        $"{options.Model}, {fleet.Batching}, {options.Replica.KvBlocks:#,0} blocks of {options.Replica.BlockTokens} tokens, up to {options.MostTokens:#,0} tokens a request, {options.Speed:0.###} times as fast as the engine.");
}
