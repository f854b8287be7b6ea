using System.Text;
using System.Text.Json;
using Plimsoll.Calibration.Replay;
using Plimsoll.Calibration.Validation.Reading;
using Plimsoll.Core;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;

namespace Plimsoll.Calibration.Tests.Validation;

/// <summary>
/// A run of an engine that nobody has measured, in the form of those that somebody has: Poisson arrivals, uniform lengths.
/// </summary>
internal sealed record MadeUpRun
{
    private const double WallClock = 1e9;

    /// <summary>Folders of the GPU and of the run.</summary>
    public required string Folder { get; init; }

    /// <summary>Name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>What its steps take.</summary>
    public required AffineTerms StepTime { get; init; }

    /// <summary>Requests a second.</summary>
    public double Rate { get; init; } = 5;

    /// <summary>Its KV blocks; null for as many as wanted.</summary>
    public long? Blocks { get; init; }

    /// <summary>Seed of arrivals and lengths.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Its files, as a data set holds them.</summary>
    public IEnumerable<MeasuredFile> Files
    {
        get
        {
            yield return File("meta.json", $$"""
                {
                  "vllm_version": "0.19.0",
                  "engine_kwargs": {"model": "{{Model}}", "max_num_seqs": 64, "max_num_batched_tokens": 2048, "max_model_len": null}
                }
                """);
            yield return File("requests.jsonl", Requests());
        }
    }

    private MeasuredFile File(string name, string text) =>
        new($"llmservingsim_vllm/{Folder}/{name}", () => new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private string Requests()
    {
        var engine = new ReplayEngine
        {
            Rules = PolicyCatalog.Batching.Parse("vllm:version=0.19.0", out _)!.Create()
                .Plan(new EngineOverrides { MaxSequences = 64, TokenBudget = 2048 }),
        };
        engine = Blocks is { } blocks ? engine with { KvBlocks = blocks } : engine;
        RandomStream dice = new RandomTree(Seed).Stream("requests");
        var requests = new MeasuredRequest[200];
        double arrival = 0;
        for (int i = 0; i < requests.Length; i++)
        {
            arrival -= Math.Log(dice.NextOpenUnit()) / Rate;
            requests[i] = new MeasuredRequest(arrival, 50 + (int)dice.NextBelow(1_200), 20 + (int)dice.NextBelow(400), arrival, arrival);
        }

        RequestLatency[] latencies = ReplayRun.Predict(engine, StepTime, requests);
        var text = new StringBuilder();
        for (int i = 0; i < requests.Length; i++)
        {
            double queued = requests[i].ArrivalSeconds + engine.FrontEndSeconds;
            double first = requests[i].ArrivalSeconds + latencies[i].TtftSeconds;
            double last = requests[i].ArrivalSeconds + latencies[i].E2eSeconds;
            double admitted = Math.Max(queued, first - (2 * StepTime.Constant));
            text.AppendLine(JsonSerializer.Serialize(new Dictionary<string, double>
            {
                ["input_toks"] = requests[i].PromptTokens,
                ["output_toks"] = requests[i].OutputTokens,
                ["arrival_time"] = WallClock + requests[i].ArrivalSeconds,
                ["queued_ts"] = queued,
                ["scheduled_ts"] = admitted,
                ["first_token_ts"] = first,
                ["last_token_ts"] = last,
            }));
        }

        return text.ToString();
    }
}
