using System.Text.Json;

namespace Plimsoll.Cli.Tests;

/// <summary>Barrier groups on the command line: the published setting, and groups of engines.</summary>
public sealed class BarrierTests
{
    private static readonly string[] Group = ["--topology", "barrier", "--workers", "4", "--slots", "8", "--no-prefill"];
    private static readonly string[] Engines =
        ["--topology", "barrier", "--workers", "4", "--step-time", "affine:0.005:2e-5:1e-5:5e-8", "--kv-tokens", "200000"];

    private static readonly string[] Stream =
        ["--prompt", "lognormal:400:900", "--output", "geometric:80", "--arrivals", "poisson:60", "--requests", "900"];

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
        Assert.Equal(barrier.GetProperty("joules").GetDouble(), report.GetProperty("energy").GetProperty("joules").GetDouble());
        Assert.Equal("published", report.GetProperty("configuration").GetProperty("step_time").GetString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Groups_of_engines_say_the_same_of_their_barrier(int groups)
    {
        JsonElement report = Cli.Run(
            ["simulate", .. Engines, .. Stream, "--balancing", "jsq-tokens", "--replicas", $"{groups}", "--json"]).Succeeded().Json;

        JsonElement barrier = report.GetProperty("barrier");
        JsonElement whole = barrier.GetProperty("whole_run");
        JsonElement slots = Cli.Run(["simulate", .. Group, .. Traffic, "--json"]).Succeeded().Json;
        Assert.Equal(Names(slots.GetProperty("barrier")), Names(barrier));
        Assert.Equal(Names(slots.GetProperty("energy")), Names(report.GetProperty("energy")));
        Assert.Equal(900, report.GetProperty("requests").GetProperty("completed").GetInt64());
        Assert.True(barrier.GetProperty("imbalance_time_weighted").GetDouble() > 0);
        Assert.InRange(barrier.GetProperty("idle_fraction").GetDouble(), 0.01, 0.99);
        Assert.InRange(barrier.GetProperty("waiting_fraction").GetDouble(), 0.01, 0.99);
        Assert.Equal(whole.GetProperty("joules").GetDouble(), report.GetProperty("energy").GetProperty("joules").GetDouble());
        Assert.Equal(4 * groups, report.GetProperty("replicas").GetArrayLength());
        JsonElement configuration = report.GetProperty("configuration");
        Assert.Equal(($"{groups}", "4"), (configuration.GetProperty("groups").GetString(), configuration.GetProperty("workers").GetString()));

        static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(field => field.Name)];
    }

    [Fact]
    public void Energy_counts_every_gpu_of_every_worker_also_while_nobody_is_there()
    {
        string[] lonely = ["--prompt", "const:100", "--output", "const:1", "--arrivals", "constant:0.01", "--requests", "3"];
        string[] gpus = ["--topology", "barrier", "--workers", "2", "--gpu", "h100", "--tp", "2", "--power", "law:100:100:1"];
        JsonElement report = Cli.Run(["simulate", .. gpus, .. lonely, "--json"]).Succeeded().Json;

        double seconds = report.GetProperty("duration_seconds").GetDouble();
        Assert.InRange(seconds, 200, 301);
        double joules = report.GetProperty("energy").GetProperty("joules").GetDouble();
        Assert.Equal(2 * 2 * 100 * seconds, joules, 1e-4 * joules);
    }

    [Fact]
    public void Policies_of_several_families_are_compared_and_a_shared_name_means_balancing()
    {
        JsonElement report = Cli.Run(
            ["compare", .. Engines, .. Stream, "--policies", "round-robin,sarathi+jsq-tokens,vllm+even-keel", "--json"]).Succeeded().Json;

        Assert.Contains("barrier.waiting_fraction", report.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("round-robin", report.GetProperty("configuration").GetProperty("balancing").GetString());
    }

    [Fact]
    public void What_groups_of_engines_cannot_do_is_refused()
    {
        Cli.Run(["simulate", .. Engines, .. Stream, "--batching", "wait", "--balancing", "bf-io", "--predict", "none"]).Refused(
            "--predict: bf-io needs PredictedLength");
        Cli.Run(["simulate", .. Engines, .. Stream, "--batching", "alpha-beta-clearing"]).Refused("--batching: alpha-beta-clearing waits for a time");
        string[] wrong = ["--workers", "0", "--pool", "x", "--power", "low", "--tp", "0", "--balancing", "vllm"];
        Cli.Run(["simulate", "--topology", "barrier", .. Stream, .. wrong]).Refused(
            "--workers: '0' is not a whole number",
            "--pool: 'x' is not a whole number",
            "--power: low: is no law of power",
            "--tp: '0' is not a whole number",
            "--balancing: 'vllm' is one of the batching policies");
        Cli.Run(["compare", .. Stream, "--policies", "vllm+even-keel"]).Refused(
            "--policies: even-keel balances a barrier group; add --topology barrier");
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
        scratch.Run(["simulate", .. Engines, .. Stream, "--out", "engines"]).Succeeded();
        Assert.Contains("Load per worker", scratch.Read("engines/report.html"), StringComparison.Ordinal);
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
        // Four tokens until the last assignment is done, which is at five seconds; two more as the group empties.
        double perSecond = report.GetProperty("throughput").GetProperty("output_tokens_per_second").GetDouble();
        Assert.InRange(perSecond, 4 / 5.1, 4 / 5.0);
        Assert.Equal(3, report.GetProperty("requests").GetProperty("completed").GetInt32());
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
        Cli.Run(["simulate", "--topology", "barrier", "--no-prefill", .. wrong]).Refused(
            "--workers: '0' is not a whole number",
            "--lengths: 'bust' is no joint distribution",
            "--arrivals: generated traffic needs arrivals",
            "--requests: say how many",
            "--balancing: unknown balancing policy 'foo'",
            "--power: low: is no law of power",
            "--gpu: says nothing about a barrier group");
        Cli.Run(["simulate", .. Traffic, "--workers", "4", "--no-prefill"]).Refused(
            "--workers: only with --topology barrier", "--no-prefill: only with --topology barrier");
        Cli.Run(["simulate", .. Traffic, "--topology", "ring"]).Refused("--topology: 'ring' is none of fleet, barrier, afd");
        Cli.Run(["compare", .. Traffic, "--policies", "fcfs-fill"]).Refused(
            "--policies: fcfs-fill balances a barrier group; add --topology barrier");
        Cli.Run(["compare", .. Group, .. Traffic, "--policies", "vllm,fcfs-fill,fcfs-fill"]).Refused(
            "'vllm' is one of the batching policies", "'fcfs-fill' is given twice");
    }
}
