using System.CommandLine;
using System.Globalization;
using Plimsoll.Cli.Options;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Sizing;
using Plimsoll.Planning.Fleet;
using Plimsoll.Planning.LoadLine;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Prediction;
using Plimsoll.Policies.Routing;
using Plimsoll.Simulation;

namespace Plimsoll.Cli.Setup;

/// <summary>Every kind of replica that a fleet may be made of: each GPU in each number that one replica may have.</summary>
internal sealed class EngineMenu
{
    private const string DefaultDegrees = "1,2,4,8";
    private const int MostDegree = 1024;

    private readonly List<(PricedGpu Gpu, Hardware Hardware, LoadLineReplica Replica)> _kinds = [];
    private readonly List<SkippedEngine> _skipped = [];
    private readonly PolicyChoice<IRoutingPolicy> _routing;

    private EngineMenu(PolicyChoice<IRoutingPolicy> routing) => _routing = routing;

    /// <summary>The GPUs with their prices.</summary>
    public required IReadOnlyList<PricedGpu> Gpus { get; init; }

    /// <summary>How many GPUs a replica may have.</summary>
    public required IReadOnlyList<int> Degrees { get; init; }

    public string Routing => _routing.ToString();

    /// <summary>Some replica that can run at all, for settings that all share; null when there is none.</summary>
    public LoadLineReplica? Any => _kinds.Count == 0 ? null : _kinds[0].Replica;

    /// <summary>The hardware of every kind that can run.</summary>
    public IEnumerable<Hardware> Hardware => _kinds.Select(kind => kind.Hardware);

    /// <summary>Reads the options; null when something is wrong with them.</summary>
    public static EngineMenu? From(FleetPlanOptions options, ParseResult parsed, InputProblems problems)
    {
        int before = problems.Sentences.Count;
        FleetOptions fleet = options.Engine.Fleet;
        PerformanceCatalog? catalog = Setup.Hardware.CatalogOf(parsed.GetValue(fleet.Catalog), problems);
        IReadOnlyList<PricedGpu> gpus = catalog is null ? [] : PricedGpu.From(options, parsed, catalog, problems);
        List<int> degrees = DegreesOf(parsed.GetValue(options.TensorParallel) ?? DefaultDegrees, problems);
        PolicyChoice<IRoutingPolicy>? routing = Fleet.Choose(PolicyCatalog.Routing, "--routing", parsed.GetValue(fleet.Routing), problems);
        CheckEngine(options, parsed, problems);
        string? model = parsed.GetValue(fleet.Model);
        _ = catalog is null ? null : Setup.Hardware.From(fleet, parsed, null, model, 1, problems);
        if (problems.Sentences.Count > before)
        {
            return null;
        }

        var menu = new EngineMenu(routing!) { Gpus = gpus, Degrees = degrees };
        foreach (PricedGpu gpu in gpus)
        {
            foreach (int degree in degrees)
            {
                menu.Add(options, parsed, gpu, Setup.Hardware.From(fleet, parsed, gpu.Gpu.Id, model, degree, new InputProblems())!);
            }
        }

        return menu;
    }

    /// <summary>Those that can serve this traffic, and why the others cannot.</summary>
    public (IReadOnlyList<EngineOption> Options, IReadOnlyList<SkippedEngine> Skipped) For(FleetTraffic traffic)
    {
        List<EngineOption> options = [];
        List<SkippedEngine> skipped = [.. _skipped];
        foreach ((PricedGpu gpu, Hardware hardware, LoadLineReplica replica) in _kinds)
        {
            RequestMoments moments = traffic.Moments(replica.ChunkTokens, replica.Rules.PrefixCaching);
            ReplicaLimits limits = replica.Limits();
            if (moments.LongestTokens > limits.KvTokens)
            {
                skipped.Add(new SkippedEngine(NameOf(hardware), string.Create(
                    CultureInfo.InvariantCulture,
                    $"a request may need {moments.LongestTokens:#,0} KV tokens, and a replica has {limits.KvTokens:#,0}")));
                continue;
            }

            FleetScenario scenario = replica.Scenario();
            options.Add(new EngineOption
            {
                Id = options.Count,
                Name = NameOf(hardware),
                Gpu = gpu.Gpu.Id,
                TensorParallel = hardware.TensorParallel,
                DollarsPerGpuHour = gpu.DollarsPerHour,
                Line = LoadLineEstimate.Of(moments, limits),
                Scenario = scenario with
                {
                    Dispatch = scenario.Dispatch with { Routing = _routing },
                    Power = hardware.Power,
                    AcceleratorsPerReplica = hardware.TensorParallel,
                },
            });
        }

        return (options, skipped);
    }

    private static string NameOf(Hardware hardware) => $"{hardware.TensorParallel} × {hardware.Gpu.Id}";

    // What is wrong with the engine's own options, whatever the hardware.
    private static void CheckEngine(FleetPlanOptions options, ParseResult parsed, InputProblems problems)
    {
        var found = new InputProblems();
        ModelSpec model = CatalogReader.BuiltIn.FindModel("llama-3.1-8b")!;
        var probe = new Hardware
        {
            Gpu = CatalogReader.BuiltIn.FindGpu("h100-sxm-80gb")!,
            Model = model,
            Weights = model.NativeWeights,
            Kv = KvFormat.SixteenBit,
            TensorParallel = 1,
            MemoryUtilization = 0.9,
            Assumed = false,
        };
        _ = LoadLineReplica.From(options.Engine, parsed, probe, found);
        FleetOptions fleet = options.Engine.Fleet;
        PolicyChoice<IBatchingPolicy>? batching = Fleet.Choose(PolicyCatalog.Batching, "--batching", parsed.GetValue(fleet.Batching),
            new InputProblems());
        PredictionSpec? prediction = Predictions.Read(parsed.GetValue(fleet.Predict), new InputProblems());
        if (batching is not null && prediction is not null)
        {
            Predictions.Require(batching.Entry, "--batching", prediction, found);
        }

        problems.Add(found);
    }

    private static List<int> DegreesOf(string text, InputProblems problems)
    {
        List<int> degrees = [];
        foreach (string part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int degree) || degree is < 1 or > MostDegree)
            {
                problems.Add("--tp", $"'{part}' is not a whole number from 1 to {MostDegree:#,0}; write 1,2,4");
            }
            else if (!degrees.Contains(degree))
            {
                degrees.Add(degree);
            }
        }

        return degrees;
    }

    private void Add(FleetPlanOptions options, ParseResult parsed, PricedGpu gpu, Hardware hardware)
    {
        var found = new InputProblems();
        hardware.Check(found);
        try
        {
            LoadLineReplica? replica = found.Any ? null : LoadLineReplica.From(options.Engine, parsed, hardware, found);
            if (replica is not null)
            {
                _kinds.Add((gpu, hardware, replica));
                return;
            }
        }
        catch (InfeasibleException infeasible)
        {
            _skipped.Add(new SkippedEngine(NameOf(hardware), Reason(infeasible.Message)));
            return;
        }

        _skipped.Add(new SkippedEngine(NameOf(hardware), Reason(found.Sentences[0])));
    }

    // Without what it is about, which the name says.
    private static string Reason(string sentence) => sentence[(sentence.IndexOf(": ", StringComparison.Ordinal) + 2)..];
}
