using System.CommandLine;
using System.Globalization;
using Plimsoll.Cli.Options;
using Plimsoll.Core;
using Plimsoll.LoadGen.Http;
using Plimsoll.LoadGen.Tokenizers;
using Plimsoll.Metrics;
using Plimsoll.Metrics.Reports;
using Plimsoll.Planning.Fleet;

namespace Plimsoll.Cli.Setup.Bench;

/// <summary>What a user wants measured, checked before anything is sent.</summary>
internal sealed record BenchInput
{
    public required Target Target { get; init; }

    public required string? Model { get; init; }

    public required bool Chat { get; init; }

    public required string? ApiKey { get; init; }

    public required string ExtraFields { get; init; }

    public required BytePairTokenizer? Tokenizer { get; init; }

    public required bool TokenIds { get; init; }

    public required double? CharactersPerToken { get; init; }

    public required int SharedPrefix { get; init; }

    public required int PrefixGroups { get; init; }

    public required LatencyTargets? Slo { get; init; }

    public required int Repeats { get; init; }

    public required BenchSearchRange? Search { get; init; }

    public required int Connections { get; init; }

    public required Duration Timeout { get; init; }

    public required Duration Drain { get; init; }

    /// <summary>The server's metrics page; null for the usual place.</summary>
    public required Uri? Metrics { get; init; }

    public required bool ReadsMetrics { get; init; }

    public required TimeSpan MetricsInterval { get; init; }

    public required double LagBound { get; init; }

    public ServiceObjectives Objectives => Slo?.Limits ?? ServiceObjectives.None;

    /// <summary>The settings, for the report; the key is not among them.</summary>
    public IReadOnlyList<ReportEntry> Configuration =>
    [
        new("url", Target.ToString()),
        new("api", Chat ? "chat" : "completions"),
        new("shared_prefix_tokens", Text(SharedPrefix)),
        new("prefix_groups", Text(PrefixGroups)),
        new("repeats", Text(Repeats)),
        new("lag_bound", LagBound.ToString(CultureInfo.InvariantCulture)),
        .. ExtraFields.Length > 0 ? [new ReportEntry("body", "{" + ExtraFields + "}")] : Array.Empty<ReportEntry>(),
        .. Slo is { } slo ? [new ReportEntry("slo",
            string.Join(',', slo.All.Select(limit => $"{LatencyTargets.NameOf(limit.Kind)} {Units.Seconds(limit.Seconds)}")) + " "
            + slo.Percentile)] : Array.Empty<ReportEntry>(),
    ];

    /// <summary>Reads the options; null when something is wrong with them.</summary>
    public static BenchInput? From(BenchOptions options, ParseResult parsed, Traffic? traffic, InputProblems problems)
    {
        Target? target = TargetOf(parsed.GetValue(options.Url), problems);
        string api = parsed.GetValue(options.Api) ?? "completions";
        if (api is not ("completions" or "chat"))
        {
            problems.Add(options.Api.Name, $"'{api}' is not one of completions, chat");
        }

        bool tokenIds = parsed.GetValue(options.TokenIds);
        string? tokenizerFile = parsed.GetValue(options.Tokenizer);
        double? characters = options.CharactersPerToken.Read(parsed, problems);
        RefuseContradictions(tokenIds, tokenizerFile, characters, api, problems);
        int shared = options.SharedPrefix.Read(parsed, problems) ?? 0;
        int? groups = options.PrefixGroups.Read(parsed, problems);
        if (shared == 0 && groups is not null)
        {
            problems.Add(options.PrefixGroups.Option.Name, "this is for --shared-prefix N");
        }

        BenchSearchRange? search = BenchSearchRange.From(options, parsed, problems);
        if (search is not null && traffic?.ClosedConcurrency is not null)
        {
            problems.Add("--find-rate", "a closed loop has no rate that could be set; give open arrivals, such as poisson:1");
        }

        string? slo = parsed.GetValue(options.Slo);
        var input = new
        {
            Key = Bench.ApiKey.From(options, parsed, problems),
            Extra = Bench.ExtraFields.From(parsed.GetValue(options.Body), problems),
            Tokenizer = tokenizerFile is null ? null : ReadTokenizer(tokenizerFile, problems),
            Slo = slo is null ? null : LatencyPromise.Read(slo, problems),
            Repeats = options.Repeats.Read(parsed, problems) ?? 1,
            Connections = options.Connections.Read(parsed, problems) ?? 16,
            Timeout = options.Timeout.Read(parsed, problems) ?? Duration.FromMilliseconds(600_000),
            Drain = options.Drain.Read(parsed, problems) ?? Duration.FromMilliseconds(search is null ? 300_000 : 30_000),
            Metrics = MetricsOf(parsed.GetValue(options.MetricsUrl), problems),
            Interval = options.MetricsInterval.Read(parsed, problems) ?? Duration.FromMilliseconds(1000),
            LagBound = options.LagBound.Read(parsed, problems) ?? 0.1,
        };
        if (input.Interval < Duration.FromMilliseconds(10))
        {
            problems.Add(options.MetricsInterval.Option.Name, "looking more often than every 10ms would load the server");
        }

        return problems.Any ? null : new BenchInput
        {
            Target = target!,
            Model = parsed.GetValue(options.Model),
            Chat = api == "chat",
            ApiKey = input.Key,
            ExtraFields = input.Extra,
            Tokenizer = input.Tokenizer,
            TokenIds = tokenIds,
            CharactersPerToken = characters,
            SharedPrefix = shared,
            PrefixGroups = groups ?? 1,
            Slo = input.Slo,
            Repeats = input.Repeats,
            Search = search,
            Connections = input.Connections,
            Timeout = input.Timeout,
            Drain = input.Drain,
            Metrics = input.Metrics,
            ReadsMetrics = !parsed.GetValue(options.NoMetrics),
            MetricsInterval = TimeSpan.FromSeconds(input.Interval.Seconds),
            LagBound = input.LagBound,
        };
    }

    private static Target? TargetOf(string? url, InputProblems problems)
    {
        if (url is null)
        {
            problems.Add("--url", "say which server to measure, as in http://127.0.0.1:8000");
            return null;
        }

        if (!Target.TryParse(url, out Target? target, out string problem))
        {
            problems.Add("--url", problem);
        }

        return target;
    }

    private static Uri? MetricsOf(string? url, InputProblems problems)
    {
        if (url is null)
        {
            return null;
        }

        bool good = Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https";
        if (!good)
        {
            problems.Add("--metrics-url", $"'{url}' is not an address; write http://host:port/metrics");
        }

        return uri;
    }

    private static void RefuseContradictions(bool tokenIds, string? tokenizer, double? characters, string api, InputProblems problems)
    {
        if (tokenIds && api == "chat")
        {
            problems.Add("--token-ids", "a chat takes text only; leave this out, or --api chat");
        }

        if (tokenIds && tokenizer is not null)
        {
            problems.Add("--token-ids", "token numbers need no tokenizer; leave this or --tokenizer out");
        }

        if (characters is not null && (tokenIds || tokenizer is not null))
        {
            problems.Add("--chars-per-token", "this is for prompts without --tokenizer and --token-ids");
        }
    }

    private static BytePairTokenizer? ReadTokenizer(string path, InputProblems problems)
    {
        if (!File.Exists(path))
        {
            problems.Add("--tokenizer", $"there is no file '{path}'");
            return null;
        }

        using FileStream file = File.OpenRead(path);
        BytePairTokenizer? tokenizer = TokenizerFile.Read(file, out IReadOnlyList<string> found);
        foreach (string problem in found)
        {
            problems.Add("--tokenizer", $"{path}: {problem}");
        }

        return tokenizer;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
