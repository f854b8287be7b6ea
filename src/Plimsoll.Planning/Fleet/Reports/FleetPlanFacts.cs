using Plimsoll.Planning.LoadLine.Reports;

namespace Plimsoll.Planning.Fleet.Reports;

/// <summary>How every number of a plan follows, and where the formula comes from.</summary>
public static class FleetPlanFacts
{
    /// <summary>The facts; values are in the tables of the report.</summary>
    public static IReadOnlyList<LoadLineFact> All { get; } =
    [
        new("load line μ", "each kind of replica", "x / b(x), the least of memory, token budget and places in the batch",
            "arXiv:2605.04595; arXiv:2504.07347"),
        new("replicas at least", "each kind of replica", "⌈λ / ((1 − head-room)·μ)⌉", "arXiv:2605.04595"),
        new("replicas expected", "each kind of replica", "least G with mean step b(x) ≤ TPOT limit, x / b(x) = λ/G",
            "derived, docs/theory.md"),
        new("bounds", "each kind of replica", "latencies of a request alone on its replica, less 10 %", "derived, docs/theory.md"),
        new("TTFT, TPOT, E2E", "simulated", "mean of the percentile over replications ± half the 95 % interval", "Student's t"),
        new("keeps its promises", "simulated", "upper end of every interval ≤ limit, nobody refused", "ours"),
        new("USD/h", "each fleet", "replicas · GPUs of a replica · price", "catalogue or --price"),
        new("joules a request", "simulated", "mean power / λ, power by busy time, prompts and batch", "catalogue; derived, docs/theory.md"),
        new("good requests per USD", "simulated", "λ·(share that keeps every limit)·3600 / (USD/h)", "definition"),
        new("good requests per joule", "simulated", "λ·(share that keeps every limit) / mean power", "definition"),
        new("capacity C", "cheapest fleet", "greatest simulated λ ≤ (1 − head-room)·G·μ that keeps the promises, to 2 %", "ours"),
        new("replicas over time", "profile", "⌈λ(t)·G / C⌉", "derived, docs/theory.md"),
    ];
}
