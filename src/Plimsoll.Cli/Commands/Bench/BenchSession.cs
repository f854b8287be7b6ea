using System.Net;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup.Bench;
using Plimsoll.Core;
using Plimsoll.LoadGen.Prompts;
using Plimsoll.LoadGen.Reports;
using Plimsoll.LoadGen.Runs;
using Plimsoll.LoadGen.Servers;

namespace Plimsoll.Cli.Commands.Bench;

/// <summary>A server that was found and asked how it counts, and the runs against it.</summary>
internal sealed class BenchSession
{
    private const int WarmUpRequests = 24;

    private readonly BenchInput _input;
    private readonly ServerAccess _server;
    private readonly IPEndPoint _at;
    private readonly LoadProgress _progress;

    private BenchSession(BenchInput input, ServerAccess server, IPEndPoint at, string model, PromptText text, LoadProgress progress) =>
        (_input, _server, _at, Model, Text, _progress) = (input, server, at, model, text, progress);

    /// <summary>The model that is asked for.</summary>
    public string Model { get; }

    /// <summary>How prompts are written.</summary>
    public PromptText Text { get; }

    /// <summary>Whether the server showed no metrics when it was asked for them.</summary>
    public bool LacksMetrics { get; private set; }

    /// <exception cref="ServerProblemException">The server cannot be measured.</exception>
    public static BenchSession Open(BenchInput input, ServerAccess server, ulong seed, LoadProgress progress)
    {
        IPEndPoint at = server.FindAsync(CancellationToken.None).GetAwaiter().GetResult();
        string model = input.Model ?? server.ModelAsync(CancellationToken.None).GetAwaiter().GetResult();
        var calibration = new PromptCalibration(server, model, input.Chat, input.ExtraFields,
            StableHash.Combine(seed, StableHash.Of("calibration")));
        PromptText text = (input.TokenIds ? calibration.NumbersAsync(CancellationToken.None)
            : input.Tokenizer is { } tokenizer ? calibration.TokenizedAsync(tokenizer, CancellationToken.None)
            : calibration.CharactersAsync(input.CharactersPerToken, CancellationToken.None)).GetAwaiter().GetResult();
        var session = new BenchSession(input, server, at, model, text, progress);
        session.WarmUp(seed);
        return session;
    }

    /// <summary>One run.</summary>
    /// <param name="requests">What is sent.</param>
    /// <param name="closedConcurrency">Requests in flight of a closed loop.</param>
    /// <param name="seed">Root of all text of this run.</param>
    /// <param name="task">What to call it on the terminal.</param>
    public (LoadResult Result, LoadMeasure Measure) Run(IReadOnlyList<InferenceRequest> requests, int? closedConcurrency, ulong seed,
        string task)
    {
        (_progress.Task, _progress.Expected) = (task, requests.Count);
        LoadPlan plan = PlanOf(requests, closedConcurrency, seed);
        using MetricsWatch? watch = _input.ReadsMetrics
            ? MetricsWatch.StartAsync(_server, _input.MetricsInterval, CancellationToken.None).GetAwaiter().GetResult()
            : null;
        LacksMetrics |= _input.ReadsMetrics && watch is null;
        LoadResult result = LoadRun.Execute(plan, _input.Target, _at, _progress);
        ServerView? view = watch?.FinishAsync(CancellationToken.None).GetAwaiter().GetResult();
        return (result, LoadMeasure.Of([result], _input.Objectives, _input.LagBound) with { Server = view });
    }
    private LoadPlan PlanOf(IReadOnlyList<InferenceRequest> requests, int? closedConcurrency, ulong seed) => new()
    {
        Requests = requests,
        Writer = new RequestWriter(
            _input.Target, Model, _input.Chat, Text, new PromptLayout(seed, _input.SharedPrefix, _input.PrefixGroups), _input.ApiKey,
                _input.ExtraFields),
        ClosedConcurrency = closedConcurrency,
        WarmConnections = _input.Connections,
        Timeout = _input.Timeout,
        Drain = _input.Drain,
    };

    // A few small requests on the same way as all that follow: they compile the code that will be measured with, and show whether the
    // server streams.
    private void WarmUp(ulong seed)
    {
        (_progress.Task, _progress.Expected) = ("warming up, ", WarmUpRequests);
        ulong text = StableHash.Combine(seed, StableHash.Of("warm-up"));
        InferenceRequest[] requests =
            [.. Enumerable.Range(0, WarmUpRequests).Select(i =>
                new InferenceRequest(new RequestId(i), Instant.Zero + Duration.FromMilliseconds(10 * i), 16, 2))];
        LoadResult result = LoadRun.Execute(PlanOf(requests, null, text), _input.Target, _at, _progress);
        if (!result.Interrupted && result.Records.All(record => record.Outcome != LoadOutcome.Completed))
        {
            throw new ServerProblemException($"none of {result.Records.Count} trial requests was answered as the OpenAI API streams: {result.Records[0].Reason ?? "no answer"}");
        }
    }
}
