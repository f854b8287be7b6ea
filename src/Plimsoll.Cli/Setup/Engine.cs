using System.CommandLine;
using System.Globalization;
using Plimsoll.Cli.Options;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance;
using Plimsoll.Performance.Sizing;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Cli.Setup;

/// <summary>What a replica runs on: step times and KV memory, given by the user or derived from a model on GPUs.</summary>
internal sealed record Engine
{
    /// <summary>Step times as the user gave them; null to derive them from the hardware.</summary>
    public required IStepTimeModel? GivenStepTime { get; init; }

    public required int BlockTokens { get; init; }

    /// <summary>KV blocks as the user gave them; null to derive them.</summary>
    public required long? GivenKvBlocks { get; init; }

    /// <summary>Null when the user gave step times and named no hardware.</summary>
    public required Hardware? Hardware { get; init; }

    public required string? StepTimeText { get; init; }

    public bool IsLargeDevice => Hardware is null || Hardware.IsLargeDevice;

    public IReadOnlyList<ReportEntry> Configuration =>
    [
        .. Hardware?.Configuration ?? [],
        new("step_time", StepTimeText ?? "roofline"),
    ];

    /// <summary>What a reader must know about energy.</summary>
    public IEnumerable<string> EnergyNotes => this switch
    {
        { Hardware: null } => ["Nothing is said of energy: no GPU is named (--gpu)."],
        { Hardware.Power: null } => [$"Nothing is said of energy: no power is known of {Hardware.Gpu.Id}."],
        _ => [Setup.Hardware.EnergyNote, .. Hardware.PowerNotes],
    };

    /// <summary>Reads the options; null when something is wrong with them.</summary>
    public static Engine? From(FleetOptions options, ParseResult parsed, int blockTokens, InputProblems problems)
    {
        int before = problems.Sentences.Count;
        string? stepTimeText = parsed.GetValue(options.StepTime);
        bool named = stepTimeText is null || parsed.GetValue(options.Gpu) is not null || parsed.GetValue(options.Model) is not null;
        long? blocks = KvBlocksOf(parsed.GetValue(options.KvTokens), blockTokens, problems);
        Hardware? hardware = named ? Hardware.From(options, parsed, problems) : null;
        IStepTimeModel? stepTime = stepTimeText is null ? null : Given(stepTimeText, problems);
        if (stepTimeText is null)
        {
            hardware?.Check(problems);
        }

        return problems.Sentences.Count > before ? null : new Engine
        {
            GivenStepTime = stepTime,
            BlockTokens = blockTokens,
            GivenKvBlocks = blocks,
            Hardware = hardware,
            StepTimeText = stepTimeText,
        };
    }

    /// <summary>How long a step takes under these rules.</summary>
    public IStepTimeModel StepTime(BatchingRules rules) => GivenStepTime ?? Hardware!.StepTime(rules);

    /// <summary>KV blocks of one replica under these rules.</summary>
    /// <exception cref="InfeasibleException">The model does not fit.</exception>
    public long KvBlocks(BatchingRules rules)
    {
        if (GivenKvBlocks is { } given)
        {
            return given;
        }

        if (Hardware is null)
        {
            return ReplicaConfiguration.UnlimitedKvBlocks;
        }

        KvBudget budget = Hardware.Budget(rules, BlockTokens);
        return budget.IsFeasible ? budget.Blocks
            : throw new InfeasibleException($"{Hardware.Model.Id} cannot run on {Hardware.TensorParallel} x {Hardware.Gpu.Id}: {budget.InfeasibleReason}");
    }

    /// <summary>What a reader must know about these numbers.</summary>
    public IEnumerable<string> Notes(BatchingRules rules)
    {
        if (Hardware is null)
        {
            if (GivenKvBlocks is null)
            {
                yield return "Neither --kv-tokens nor hardware was given with the step time: KV memory is unlimited.";
            }

            yield break;
        }

        if (Hardware.Assumed)
        {
            yield return $"No hardware was named: {Hardware.Model.Id} on {Hardware.Gpu.Id} is assumed.";
        }

        if (StepTimeText is null)
        {
            yield return "Step times are a roofline from published rates, not measurements of an engine; calibrate before deciding on them.";
        }

        if (GivenKvBlocks is null)
        {
            yield return Describe(Hardware.Budget(rules, BlockTokens));
        }

        foreach (string number in Hardware.UnverifiedNumbers)
        {
            yield return "Unverified: " + number + ".";
        }
    }

    private static string Describe(KvBudget budget) => string.Create(
        CultureInfo.InvariantCulture,
        $"KV memory of each GPU: {Units.Bytes(budget.RequestedBytes)} requested − {Units.Bytes(budget.WeightBytes)} weights − {Units.Bytes(budget.ActivationBytes + budget.LogitsBytes)} activations and logits − {Units.Bytes(budget.EngineReserveBytes + budget.CollectiveBytes)} reserve = {Units.Bytes(budget.AvailableBytes)}, at {budget.BytesPerToken:#,0} bytes a token {budget.Tokens:#,0} tokens.");

    private static long? KvBlocksOf(string? text, int blockTokens, InputProblems problems)
    {
        switch (text)
        {
            case null:
                return null;
            case "unlimited":
                return ReplicaConfiguration.UnlimitedKvBlocks;
        }

        if (!long.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out long tokens) || tokens > 1L << 40)
        {
            problems.Add("--kv-tokens", $"'{text}' is neither a number of tokens nor 'unlimited'");
            return null;
        }

        if (tokens < blockTokens)
        {
            problems.Add("--kv-tokens", $"{tokens} tokens are not even one block of {blockTokens}");
            return null;
        }

        return tokens / blockTokens;
    }

    private static IStepTimeModel? Given(string text, InputProblems problems)
    {
        ReadResult<IStepTimeModel> result = StepTimeSpec.Parse(text, File.OpenRead);
        foreach (InputProblem problem in result.Problems)
        {
            problems.Add("--step-time", problem.ToString());
        }

        return result.Value;
    }
}
