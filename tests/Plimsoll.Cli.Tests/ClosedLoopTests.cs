using System.Globalization;
using System.Net;
using System.Text.Json;
using Plimsoll.Gateway.Emulation;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Cli.Tests;

/// <summary>
/// The loop closed: an engine of hidden prices is measured, the prices are learned, and a simulation with them feels like the engine.
/// Alone, because it goes by the wall clock.
/// </summary>
[Collection(nameof(ClosedLoopTests))]
[CollectionDefinition(nameof(ClosedLoopTests), DisableParallelization = true)]
public sealed class ClosedLoopTests
{
    private const int MaxSequences = 32;
    private const int TokenBudget = 256;
    private const int KvTokens = 200_000;

    // Slow steps: what a machine adds to a latency is small beside them, and few requests miss a step for it. Lengths and batches spread
    // wide, and many steps mix, so that every price shows.
    private static readonly double[] Hidden = [80e-3, 400e-6, 8e-3, 8e-6, 12e-6];

    private static readonly string[] Engine =
        ["--kv-tokens", $"{KvTokens}", "--max-sequences", $"{MaxSequences}", "--token-budget", $"{TokenBudget}"];

    private static readonly string[] Traffic =
        ["--prompt", "lognormal:500:900", "--output", "uniform:5:65", "--arrivals", "poisson:0.75", "--seed", "1", "--requests", "55"];

    private static string HiddenText => "affine:" + string.Join(':', Hidden.Select(value => value.ToString(CultureInfo.InvariantCulture)));

    [Fact]
    [Trait("machine", "quiet")]
    public async Task Prices_of_a_served_engine_come_back_within_two_percent_and_latencies_within_three()
    {
        using var scratch = new Scratch();
        await using EmulatorServer server = await StartAsync();

        // The first requests of all pay for the program's start, which no engine would. Their prompts are of another seed, or the others would
        // find their beginnings in the cache.
        scratch.Run(
            ["bench", "--url", server.Address.ToString(), "--prompt", "const:100", "--output", "const:2", "--arrivals", "closed:2",
            "--requests", "8", "--seed", "2", "--token-ids", "--lag-bound", "1000"]).Succeeded();
        CliResult bench = scratch.Run(
            ["bench", "--url", server.Address.ToString(), .. Traffic, "--token-ids", "--lag-bound", "0.005", "--out", "bench", "--json"]);

        // 3 is the benchmark's own word that this machine was too busy to measure anything.
        Assert.SkipWhen(bench.ExitCode == 3, "this machine was too busy: the benchmark refused its own measurement");
        JsonElement measured = bench.Succeeded().Json;
        string stepTime = Calibrated(scratch, "bench/requests.csv", tolerance: 0.02);

        JsonElement simulated = scratch.Run(["simulate", "--trace", "bench/requests.csv", "--step-time", stepTime, .. Engine, "--json"]).Succeeded().Json;

        foreach (string name in (string[])["ttft_seconds", "tpot_seconds", "e2e_seconds"])
        {
            double error = (Mean(simulated, name) / Mean(measured, name)) - 1;
            TestContext.Current.TestOutputHelper?.WriteLine($"{name}: simulated / measured - 1 = {error:P2}");
            Assert.True(Math.Abs(error) <= 0.03, $"{name} simulated with {stepTime} is off by {error:P2}");
        }
    }

    [Fact]
    public void Prices_of_a_simulated_engine_come_back_within_half_a_percent()
    {
        using var scratch = new Scratch();
        string[] command = ["simulate", "--step-time", HiddenText, .. Engine, .. Traffic, "--request-table", "--out", "run", "--json"];
        JsonElement first = scratch.Run(command).Succeeded().Json;

        string stepTime = Calibrated(scratch, "run/requests.csv", tolerance: 0.005);

        JsonElement again = scratch.Run(["simulate", "--step-time", stepTime, .. Engine, .. Traffic, "--json"]).Succeeded().Json;
        Assert.Equal(1, Mean(again, "e2e_seconds") / Mean(first, "e2e_seconds"), 0.005);
        Assert.Equal(1, Mean(again, "ttft_seconds") / Mean(first, "ttft_seconds"), 0.005);
    }

    [Fact]
    public void A_trace_is_refused_as_it_holds_no_latencies()
    {
        using var scratch = new Scratch();
        scratch.Write("trace.csv", "arrival_seconds,prompt_tokens,output_tokens,recorded\n0,10,2,1\n");

        scratch.Run("calibrate", "--from", "trace.csv", "--out", "fit").Refused("trace.csv:1: is a trace", "plimsoll bench");

        Assert.Equal(["trace.csv"], scratch.Names);
    }

    [Fact]
    public void An_engine_that_cannot_be_is_refused_option_by_option()
    {
        using var scratch = new Scratch();
        scratch.Write("requests.csv", "arrival_seconds,prompt_tokens,output_tokens,ttft_seconds,e2e_seconds\n0,10,2,0.1,0.2\n");
        scratch.Run(
            "calibrate", "--from", "requests.csv", "--batching", "vlm", "--max-sequences", "0", "--block-size", "0", "--chunk", "x").Refused(
            "'vlm'", "--max-sequences", "--block-size", "--chunk");
    }

    /// <summary>The step time that calibration prints, its prices held against the hidden ones.</summary>
    private static string Calibrated(Scratch scratch, string requests, double tolerance)
    {
        JsonElement json = scratch.Run(["calibrate", "--from", requests, .. Engine, "--out", "fit", "--json"]).Succeeded().Json;
        string stepTime = json.GetProperty("affine").GetProperty("step_time").GetString()!;
        double[] found = [.. stepTime.Split(':').Skip(1).Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
        TestContext.Current.TestOutputHelper?.WriteLine($"{stepTime}\n{json.GetProperty("notes")}");

        Assert.Equal("replay", json.GetProperty("chosen_by").GetString());
        Assert.True(json.GetProperty("held_out").GetProperty("rows").GetInt32() > 0);
        Assert.Equal(["parameters.json", "profile.csv", "report.html", "report.json"], scratch.NamesIn("fit"));
        Assert.All(Hidden.Zip(found), pair => Assert.True(
            Math.Abs((pair.Second / pair.First) - 1) <= tolerance, $"{pair.Second} for {pair.First}, all: {stepTime} for {HiddenText}"));
        return stepTime;
    }

    private static double Mean(JsonElement json, string name) => json.GetProperty(name).GetProperty("mean").GetDouble();

    private static Task<EmulatorServer> StartAsync()
    {
        IBatchingPolicy vllm = PolicyCatalog.Batching.Default.Create();
        BatchingRules rules = vllm.Plan(new EngineOverrides { MaxSequences = MaxSequences, TokenBudget = TokenBudget });
        return EmulatorServer.StartAsync(
            new EmulatorOptions
            {
                Model = "hidden",
                Replica = new ReplicaConfiguration(
                    rules, KvTokens / 16, BlockTokens: 16, new AffineStepTime(Hidden[0], Hidden[1], Hidden[2], Hidden[3], Hidden[4])),
                Outputs = (ref _) => 5,
                MaxModelTokens = 100_000,
            },
            new IPEndPoint(IPAddress.Loopback, 0),
            TimeProvider.System);
    }
}
