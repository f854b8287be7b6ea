using System.CommandLine;
using Plimsoll.Core;

namespace Plimsoll.Cli.Options;

/// <summary>The fleet: how many replicas of which engine, on what hardware, behind which policies.</summary>
internal sealed class FleetOptions
{
    public Setting<int> Replicas { get; } = Opt.Count("--replicas", "Engine instances (default 1).", 1, 100_000);

    public Option<string?> Batching { get; } = Opt.Text("--batching", "Engine and order of its queue (default vllm), options after a colon, as in sarathi:budget=512; see catalog policies.", "P");

    public Option<string?> Routing { get; } = Opt.Text("--routing", "Which replica takes a request (default round-robin); see catalog policies.", "P");

    public Option<string?> Admission { get; } = Opt.Text("--admission", "May a request enter (default always); see catalog policies.", "P");

    public Option<string?> Predict { get; } = Predictions.Option();

    public Option<string?> Ordering { get; } = Opt.Text("--ordering", "Which waiting request goes first in the dispatcher (default fcfs).", "P");

    public Setting<int> Window { get; } = Opt.Count("--window", "Most requests in flight on each replica; the rest wait in the dispatcher.", 1);

    public Setting<Duration> ReportInterval { get; } = Opt.Time("--report-interval", "How often the dispatcher hears from the replicas (default: always).");

    public Option<string?> Gpu { get; } = Opt.Text("--gpu", "GPU from the catalogue (default h100-sxm-80gb).", "NAME");

    public Option<string?> Model { get; } = Opt.Text("--model", "Model from the catalogue, or a path to its config.json (default llama-3.1-8b).", "NAME");

    public Setting<int> TensorParallel { get; } = Opt.Count("--tp", "GPUs of one replica, tensor parallel (default 1).", 1, 1024);

    public Option<string?> KvDtype { get; } = Opt.Text("--kv-dtype", "Storage of the KV cache (default fp16).", "TYPE");

    public Option<string?> WeightDtype { get; } = Opt.Text("--weight-dtype", "Storage of the weights (default: as the model ships).", "TYPE");

    public Setting<double> MemoryUtilization { get; } = Opt.Real("--memory-utilization", "Share of GPU memory the engine may use (default 0.9).", 0.01, 1);

    public Option<string?> Catalog { get; } = Opt.Text("--catalog", "JSON file with GPUs and models of your own.", "FILE");

    public Option<string?> StepTime { get; } = Opt.Text("--step-time", "const:S, affine:C0:PER_PREFILL_TOKEN:PER_SEQUENCE:PER_CONTEXT_TOKEN[:…_WHEN_MIXED], iteration:C0:PER_PROMPT_TOKEN:PER_SEQUENCE:PER_GENERATED_TOKEN, profile:FILE (seconds); default from GPU and model.", "T");

    public Option<string?> KvTokens { get; } = Opt.Text("--kv-tokens", "KV tokens of one replica, or unlimited; default from GPU and model.", "N");

    public Setting<int> BlockSize { get; } = Opt.Count("--block-size", "Tokens in a KV block (default 16).", 1, 1_000_000);

    public Setting<int> MaxSequences { get; } = Opt.Count("--max-sequences", "Most requests in a batch.", 1, 10_000_000);

    public Setting<int> TokenBudget { get; } = Opt.Count("--token-budget", "Most tokens in a step.", 1);

    public Setting<int> Chunk { get; } = Opt.Count("--chunk", "Most prompt tokens of one request in a step.", 1);

    public Option<bool> NoPrefixCache { get; } = Opt.Flag("--no-prefix-cache", "Do not reuse cached prefixes.");

    public Option<bool> Sync { get; } = Opt.Flag("--sync", "Compose each batch after the one before has ended (vLLM before 0.14).");

    public Option<string?> Slo { get; } = Opt.Text("--slo", "What a good request keeps, as in ttft=1s,tpot=50ms,e2e=30s.", "LIMITS");

    public Setting<Duration> WarmUp { get; } = Opt.Time("--warm-up", "Leave requests that arrive before this out of the latencies.");

    public Setting<Duration> StopAt { get; } = Opt.Time("--stop-at", "Stop at this virtual time, even if requests are left.");

    /// <summary>Those that mean nothing where there are no replicas with engines of their own.</summary>
    public IEnumerable<Option> OfReplicasOnly =>
    [
        Replicas.Option, Batching, Routing, Admission, Ordering, Window.Option, ReportInterval.Option, Gpu, Model, TensorParallel.Option, KvDtype, WeightDtype,
        MemoryUtilization.Option, KvTokens, BlockSize.Option, MaxSequences.Option, TokenBudget.Option, Chunk.Option, NoPrefixCache, Sync,
    ];

    /// <summary>Those that make one engine.</summary>
    public IEnumerable<Option> OfOneEngine =>
    [
        Batching, Gpu, Model, TensorParallel.Option, KvDtype, WeightDtype, MemoryUtilization.Option, Catalog, StepTime, KvTokens, BlockSize.Option,
        MaxSequences.Option, TokenBudget.Option, Chunk.Option, NoPrefixCache, Sync,
    ];

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All =>
    [
        Replicas.Option, Batching, Routing, Predict, Admission, Ordering, Window.Option, ReportInterval.Option, Gpu, Model, TensorParallel.Option, KvDtype, WeightDtype,
        MemoryUtilization.Option, Catalog, StepTime, KvTokens, BlockSize.Option, MaxSequences.Option, TokenBudget.Option, Chunk.Option, NoPrefixCache, Sync, Slo, WarmUp.Option, StopAt.Option,
    ];

    public void AddTo(Command command)
    {
        foreach (Option option in All)
        {
            command.Options.Add(option);
        }
    }
}
