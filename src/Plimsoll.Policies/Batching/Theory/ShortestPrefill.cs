using Plimsoll.Policies.Batching.Orders;

namespace Plimsoll.Policies.Batching.Theory;

/// <summary>The default engine with its waiting queue in order of prompt length, shortest first.</summary>
/// <remarks>
/// <para>Everything, the options too, is as in vllm but the order of the waiting queue: prompt tokens, then arrival.</para>
/// <para>Signals: Tokens, the prompt length that every request brings. Nothing can be stale.</para>
/// <para>A bad idea when long prompts have deadlines: under load they starve.</para>
/// <para>Source: shortest job first with the prompt as the job, as in many engines' experiments with their waiting queue.</para>
/// </remarks>
/// <param name="options">What the user said about the engine.</param>
public sealed class ShortestPrefill(VllmBatching.Options options) : IBatchingPolicy
{
    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBatchingPolicy> Entry { get; } = new()
    {
        Name = "shortest-prefill",
        Summary = "The default engine with its waiting queue in order of prompt length, shortest first.",
        BadIdea = "When long prompts have deadlines: under load they starve.",
        Source = "Shortest job first with the prompt as the job.",
        Signals = Signals.Tokens,
        Options = VllmBatching.SizeOptions,
        Create = arguments => new ShortestPrefill(VllmBatching.Options.From(arguments)),
    };

    /// <inheritdoc/>
    public BatchingRules Plan(EngineOverrides overrides) =>
        new VllmBatching(options).Plan(overrides) with { Order = new ByPromptTokens() };
}
