using System.CommandLine;
using Plimsoll.Core;

namespace Plimsoll.Cli.Options;

/// <summary>The server under test, how prompts are written, and how the load is repeated or searched for.</summary>
internal sealed class BenchOptions
{
    public Option<string?> Url { get; } = Opt.Text("--url", "The server: http://host:port, with or without /v1.", "URL");

    public Option<string?> Model { get; } = Opt.Text("--model", "Model to ask for (default: the first that the server lists).", "NAME");

    public Option<string?> Api { get; } = Opt.Text("--api", "completions (default) or chat.", "NAME");

    public Option<string?> ApiKeyEnv { get; } = Opt.Text("--api-key-env", "Environment variable that holds the API key.", "NAME");

    public Option<string?> ApiKeyFile { get; } = Opt.Text("--api-key-file", "File that holds the API key.", "FILE");

    public Option<string?> Body { get; } = Opt.Text("--body-json", "More fields for every request's body, such as {\"temperature\":0}.",
        "JSON");

    public Option<string?> Tokenizer { get; } = Opt.Text("--tokenizer",
        "The model's tokenizer.json (byte-level BPE): prompts have exactly their lengths.", "FILE");

    public Option<bool> TokenIds { get; } = Opt.Flag("--token-ids",
        "Send token numbers in place of text: exact with any tokenizer, completions only.");

    public Setting<double> CharactersPerToken { get; } = Opt.Real("--chars-per-token",
        "Characters of a token (default: learned from the server's counts).", 0.1, 100);

    public Setting<int> SharedPrefix { get; } = Opt.Count("--shared-prefix",
        "Leading tokens that prompts have in common (default 0); traces with prefix hashes share what these say.", 0);

    public Setting<int> PrefixGroups { get; } = Opt.Count("--prefix-groups", "Different shared prefixes, taken in turn (default 1).", 1);

    public Option<string?> Slo { get; } = Opt.Text("--slo",
        "Objectives of goodput and of --find-rate: ttft=1s,tpot=50ms,e2e=30s, with @p99 for the share that must keep them all.", "LIMITS");

    public Setting<int> Repeats { get; } = Opt.Count("--repeats", "Runs (default 1); from two on with 95 % intervals.", 1, 1000);

    public Option<string?> FindRate { get; } = Opt.Text("--find-rate", "Search for the highest rate between these that keeps the SLO.",
        "LOW:HIGH");

    public Setting<int> Trials { get; } = Opt.Count("--trials", "Trials at each rate of the search, odd (default 3).", 1, 99);

    public Setting<double> Tolerance { get; } = Opt.Real("--tolerance",
        "The search ends when its two rates differ by this fraction (default 0.05).", 0.001, 1);

    public Setting<int> Connections { get; } = Opt.Count("--connections",
        "Connections opened before the first request (default 16); more follow as needed.", 0, 60_000);

    public Setting<Duration> Timeout { get; } = Opt.Time("--timeout", "A request that takes longer has failed (default 10m).");

    public Setting<Duration> Drain { get; } = Opt.Time("--drain",
        "Wait so long for answers after the last start (default 5m; 30s in a search).");

    public Option<string?> MetricsUrl { get; } = Opt.Text("--metrics-url", "The server's metrics page (default: /metrics).", "URL");

    public Option<bool> NoMetrics { get; } = Opt.Flag("--no-metrics", "Do not read the server's metrics.");

    public Setting<Duration> MetricsInterval { get; } = Opt.Time("--metrics-interval",
        "Time between two looks at the server's metrics (default 1s).");

    public Setting<double> LagBound { get; } = Opt.Real(
        "--lag-bound", "Lateness allowed to the generator at its 99th percentile, as a share of the median TTFT (default 0.1, and never below 0.1 ms).", 0, 1000);

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[]
        {
            Url, Model, Api, ApiKeyEnv, ApiKeyFile, Body, Tokenizer, TokenIds, CharactersPerToken.Option, SharedPrefix.Option,
                PrefixGroups.Option, Slo, Repeats.Option, FindRate,
            Trials.Option, Tolerance.Option, Connections.Option, Timeout.Option, Drain.Option, MetricsUrl, NoMetrics,
                MetricsInterval.Option, LagBound.Option,
        })
        {
            command.Options.Add(option);
        }
    }
}
