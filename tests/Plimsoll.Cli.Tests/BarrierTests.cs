using System.Text.Json;

namespace Plimsoll.Cli.Tests;

/// <summary>The published barrier setting on the command line.</summary>
public sealed class BarrierTests
{
    private static readonly string[] Group = ["--topology", "barrier", "--workers", "4", "--slots", "8", "--no-prefill"];
    private static readonly string[] Traffic = ["--lengths", "burst", "--arrivals", "backlog", "--requests", "600"];

    [Fact]
    public void A_run_says_what_the_barrier_cost()
    {
        JsonElement report = Cli.Run(["simulate", .. Group, .. Traffic, "--balancing", "fcfs-fill", "--json"]).Succeeded().Json;

        JsonElement barrier = report.GetProperty("barrier");
        JsonElement whole = barrier.GetProperty("whole_run");
        Assert.Equal(600, report.GetProperty("requests").GetProperty("completed").GetInt64());
        Assert.True(barrier.GetProperty("imbalance").GetDouble() > 0);
        Assert.True(barrier.GetProperty("imbalance_time_weighted").GetDouble() > 0);
        Assert.InRange(barrier.GetProperty("idle_fraction").GetDouble(), 0.01, 0.99);
        Assert.True(barrier.GetProperty("steps").GetInt64() < whole.GetProperty("steps").GetInt64());
        Assert.True(barrier.GetProperty("joules").GetDouble() < whole.GetProperty("joules").GetDouble());
        Assert.Equal(whole.GetProperty("joules").GetDouble(), report.GetProperty("energy").GetProperty("joules").GetDouble());
        Assert.Equal("published", report.GetProperty("configuration").GetProperty("step_time").GetString());
    }

    [Fact]
    public void The_published_step_time_is_the_default()
    {
        string Digest(params string[] more) =>
            Cli.Run(["simulate", .. Group, .. Traffic, "--json", .. more]).Succeeded().Json.GetProperty("digest").GetString()!;

        Assert.Equal(Digest(), Digest("--step-time", "affine:0.0024875:0:0:1.005249e-7", "--pool", "16"));
        Assert.NotEqual(Digest(), Digest("--step-time", "affine:0.004:0:0:1.005249e-7"));
    }

    [Fact]
    public void Out_gets_a_picture_of_the_loads()
    {
        using var scratch = new Scratch();
        scratch.Run(["simulate", .. Group, .. Traffic, "--out", "report"]).Succeeded();
        string page = scratch.Read("report/report.html");
        Assert.Contains("Load per worker", page, StringComparison.Ordinal);
        Assert.DoesNotContain("KV memory in use", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Requests_may_arrive_over_time_and_a_trace_may_bring_them()
    {
        using var scratch = new Scratch();
        scratch.Write("rows.csv", Scratch.Header + "0,10,2\n5,20,3\n5,7,1\n");
        JsonElement report = scratch.Run(["simulate", .. Group, "--trace", "rows.csv", "--json"]).Succeeded().Json;
        Assert.InRange(report.GetProperty("duration_seconds").GetDouble(), 5, 5.1);
        JsonElement throughput = report.GetProperty("throughput");
        double tokens = throughput.GetProperty("output_tokens_per_second").GetDouble() * report.GetProperty("duration_seconds").GetDouble();
        Assert.Equal(6, tokens, 1e-6);
    }

    [Fact]
    public void Policies_are_compared_on_the_same_traffic()
    {
        JsonElement report = Cli.Run(
            ["compare", .. Group, .. Traffic, "--policies", "fcfs-fill", "--replications", "2", "--json"]).Succeeded().Json;
        Assert.Equal(2, report.GetProperty("replications").GetInt32());
        Assert.Contains("barrier.imbalance", report.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_wrong_is_said_at_once()
    {
        string[] wrong = ["--workers", "0", "--lengths", "bust", "--balancing", "foo", "--power", "low", "--gpu", "h100"];
        Cli.Run(["simulate", "--topology", "barrier", .. wrong]).Refused(
            "--no-prefill: barrier groups that compute prompts themselves are not there yet",
            "--workers: '0' is not a whole number",
            "--lengths: 'bust' is no joint distribution",
            "--arrivals: generated traffic needs arrivals",
            "--requests: say how many",
            "--balancing: unknown balancing policy 'foo'",
            "--power: low: is no law of power",
            "--gpu: says nothing about a barrier group");
        Cli.Run(["simulate", .. Traffic, "--workers", "4", "--no-prefill"]).Refused(
            "--workers: only with --topology barrier", "--no-prefill: only with --topology barrier");
        Cli.Run(["simulate", .. Traffic, "--topology", "ring"]).Refused("--topology: 'ring' is neither fleet nor barrier");
        Cli.Run(["compare", .. Traffic, "--policies", "fcfs-fill"]).Refused(
            "--policies: fcfs-fill balances a barrier group; add --topology barrier");
        Cli.Run(["compare", .. Group, .. Traffic, "--policies", "vllm,fcfs-fill,fcfs-fill"]).Refused(
            "'vllm' is one of the batching policies", "'fcfs-fill' is given twice");
    }
}
