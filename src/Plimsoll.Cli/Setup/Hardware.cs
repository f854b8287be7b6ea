using System.CommandLine;
using System.Globalization;
using Plimsoll.Cli.Options;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Models;
using Plimsoll.Performance.Power;
using Plimsoll.Performance.Sizing;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies.Batching;

namespace Plimsoll.Cli.Setup;

/// <summary>A model on the GPUs of one replica.</summary>
internal sealed record Hardware
{
    /// <summary>What every account of energy means.</summary>
    public const string EnergyNote = "Energy is that of the GPUs, without hosts and cooling, by a power model that is within some 15 %.";

    private const string DefaultGpu = "h100-sxm-80gb";
    private const string DefaultModel = "llama-3.1-8b";
    private const long LargeDeviceBytes = 70L << 30;
    private const int UnlimitedBudgetStandIn = 8192;
    private const int UnlimitedSequencesStandIn = 1024;

    public required GpuSpec Gpu { get; init; }

    public required ModelSpec Model { get; init; }

    public required WeightFormat Weights { get; init; }

    public required KvFormat Kv { get; init; }

    public required int TensorParallel { get; init; }

    public required double MemoryUtilization { get; init; }

    /// <summary>True when the user named neither.</summary>
    public required bool Assumed { get; init; }

    /// <summary>Engines choose larger defaults on GPUs of 70 GiB and more, other than A100.</summary>
    public bool IsLargeDevice => Gpu.Memory.UsableBytes >= LargeDeviceBytes && !Gpu.Id.StartsWith("a100", StringComparison.Ordinal);

    public IReadOnlyList<string> UnverifiedNumbers => UnverifiedUse.Notes(Gpu, Model, Weights, TensorParallel);

    public IReadOnlyList<ReportEntry> Configuration =>
    [
        new("model", Model.Id),
        new("gpu", Gpu.Id),
        new("tensor_parallel", TensorParallel.ToString(CultureInfo.InvariantCulture)),
        new("weight_dtype", WeightFormats.NameOf(Weights)),
        new("kv_dtype", Kv.ToString()),
    ];

    /// <summary>What one of its GPUs draws; null when the catalogue does not know its limit.</summary>
    public GpuPowerModel? Power => Gpu.Power.LimitWatts is null ? null : new GpuPowerModel(Gpu);

    /// <summary>What is assumed of its power, as notes.</summary>
    public IEnumerable<string> PowerNotes => (Power?.Assumptions ?? []).Select(assumption => "Assumed: " + assumption + ".");

    private RooflineInputs Roofline => new()
    {
        Gpu = Gpu,
        Model = Model.Architecture,
        WeightFormat = Weights,
        KvFormat = Kv,
        TensorParallel = TensorParallel,
    };

    /// <summary>Reads the options; null when something is wrong with them.</summary>
    public static Hardware? From(FleetOptions options, ParseResult parsed, InputProblems problems) => From(
        options, parsed, parsed.GetValue(options.Gpu), parsed.GetValue(options.Model), options.TensorParallel.Read(parsed, problems) ?? 1, problems);

    /// <summary>Reads the options for hardware of this name; null when something is wrong with them.</summary>
    public static Hardware? From(
        FleetOptions options, ParseResult parsed, string? gpuName, string? modelName, int tensorParallel, InputProblems problems)
    {
        PerformanceCatalog? catalog = CatalogOf(parsed.GetValue(options.Catalog), problems);
        GpuSpec? gpu = catalog?.FindGpu(gpuName ?? DefaultGpu);
        if (catalog is not null && gpu is null)
        {
            problems.Add("--gpu", catalog.UnknownGpu(gpuName!));
        }

        ModelSpec? model = catalog is null ? null : ModelOf(modelName ?? DefaultModel, catalog, problems);
        string kvName = parsed.GetValue(options.KvDtype) ?? "fp16";
        KvFormat? kv = KvFormat.Find(kvName);
        if (kv is null)
        {
            problems.Add("--kv-dtype", $"'{kvName}' is not a cache type; write fp16, bf16, fp8, int8 or int4");
        }

        string? weightName = parsed.GetValue(options.WeightDtype);
        WeightFormat? weights = weightName is null ? model?.NativeWeights : WeightFormats.Find(weightName);
        if (weightName is not null && weights is null)
        {
            problems.Add("--weight-dtype", $"'{weightName}' is not a weight type; known are {string.Join(", ", WeightFormats.Names)}");
        }

        double utilization = options.MemoryUtilization.Read(parsed, problems) ?? 0.9;
        if (gpu is null || model is null || kv is null || weights is null)
        {
            return null;
        }

        return new Hardware
        {
            Gpu = gpu,
            Model = model,
            Weights = weights.Value,
            Kv = kv.Value,
            TensorParallel = tensorParallel,
            MemoryUtilization = utilization,
            Assumed = gpuName is null && modelName is null,
        };
    }

    /// <summary>The built-in catalogue, with the user's file laid over it; null when something is wrong with that.</summary>
    public static PerformanceCatalog? CatalogOf(string? file, InputProblems problems)
    {
        if (file is null)
        {
            return CatalogReader.BuiltIn;
        }

        if (!File.Exists(file))
        {
            problems.Add("--catalog", $"there is no file '{file}'");
            return null;
        }

        using FileStream stream = File.OpenRead(file);
        return Accept(CatalogReader.WithUserFile(stream, file), problems);
    }

    /// <summary>The memory of a replica under these rules.</summary>
    public KvBudget Budget(BatchingRules rules, int blockTokens) => KvSizing.Compute(new KvSizingInputs
    {
        Gpu = Gpu,
        Model = Model.Architecture,
        WeightFormat = Weights,
        KvFormat = Kv,
        TensorParallel = TensorParallel,
        MemoryUtilization = MemoryUtilization,
        MaxSequences = rules.MaxSequences == int.MaxValue ? UnlimitedSequencesStandIn : rules.MaxSequences,
        TokenBudget = rules.TokenBudget == int.MaxValue ? UnlimitedBudgetStandIn : rules.TokenBudget,
        BlockTokens = blockTokens,
    });

    /// <summary>Whether a step can be timed at all: says what keeps this model from running on these GPUs.</summary>
    public void Check(InputProblems problems)
    {
        foreach (string problem in Roofline.Problems())
        {
            problems.Add($"{Model.Id} on {TensorParallel} x {Gpu.Id}", problem);
        }
    }

    /// <summary>Step times from the roofline, for hardware that was checked.</summary>
    public IStepTimeModel StepTime(BatchingRules rules) => new RooflineStepTime(Roofline with { Graphs = new CapturedGraphs(rules.GraphTokens) });

    private static ModelSpec? ModelOf(string name, PerformanceCatalog catalog, InputProblems problems)
    {
        if (File.Exists(name))
        {
            using FileStream config = File.OpenRead(name);
            return Accept(ModelConfigReader.Read(config, name), problems);
        }

        ModelSpec? model = catalog.FindModel(name);
        if (model is null)
        {
            problems.Add("--model", catalog.UnknownModel(name));
        }

        return model;
    }

    private static T? Accept<T>(ReadResult<T> result, InputProblems problems)
        where T : class
    {
        foreach (InputProblem problem in result.Problems)
        {
            problems.Add(problem);
        }

        foreach (InputProblem warning in result.Warnings)
        {
            Output.Terminal.Say("warning: " + warning);
        }

        return result.Value;
    }
}
