using System.Text.Json;

namespace Plimsoll.Cli.Tests;

/// <summary><c>plimsoll plan afd</c>.</summary>
public sealed class PlanAfdTests
{
    private static readonly string[] Costs = ["--attention", "0.00165:50", "--ffn", "0.083:100", "--comm", "0.022:20"];

    private static readonly string[] Default =
        ["plan", "afd", "--prompt", "const:100", "--output", "geometric:500", "--batch", "256", .. Costs];

    [Fact]
    public void One_ratio_is_a_topology_of_the_simulator()
    {
        string[] system =
        [
            "--prompt", "geometric:100", "--output", "geometric:500", "--batch", "256", "--attention", ".00165:50", "--ffn", ".083:100", "--comm", ".022:20",
            "--steps", "2000", "--json",
        ];
        JsonElement one = Cli.Run(["simulate", "--topology", "afd", "--ratio", "4", .. system]).Succeeded().Json;
        JsonElement again = Cli.Run(["simulate", "--topology", "afd", "--ratio", "4", .. system]).Succeeded().Json;
        JsonElement curve = Cli.Run(["plan", "afd", "--replications", "1", "--max-ratio", "8", .. system]).Succeeded().Json.GetProperty("curve");

        JsonElement planned = curve.EnumerateArray().Single(point => point.GetProperty("ratio").GetInt32() == 4).GetProperty("simulated");
        JsonElement afd = one.GetProperty("afd");
        Assert.Equal(one.GetProperty("digest").GetString(), again.GetProperty("digest").GetString());
        Assert.InRange(afd.GetProperty("throughput_per_instance").GetDouble() / planned.GetProperty("throughput_per_instance").GetDouble(), 0.97, 1.03);
        Assert.InRange(afd.GetProperty("attention_idle_fraction").GetDouble(), 0, 1);
        Assert.InRange(afd.GetProperty("ffn_idle_fraction").GetDouble(), 0, 1);

        // Five numbers of one run: tokens are slots times steps, and throughput is tokens over time.
        long tokens = one.GetProperty("requests").GetProperty("output_tokens").GetInt64();
        Assert.Equal(4L * 256 * 2 * 2000, tokens);
        Assert.Equal(
            tokens / (2000 * afd.GetProperty("time_per_output_token").GetDouble()), afd.GetProperty("throughput").GetDouble(), tolerance: 1e-9 * tokens);
    }

    [Fact]
    public void Everything_wrong_with_one_ratio_is_named() => Cli
        .Run("simulate", "--topology", "afd", "--replicas", "2", "--arrivals", "poisson:3", "--attention", "1", "--request-table")
        .Refused("--ratio: say how many", "--replicas: says nothing about", "--arrivals: says nothing about", "--attention: '1'", "--batch:", "--ffn:", "--request-table:");

    [Fact]
    public void Options_of_one_ratio_mean_nothing_elsewhere() =>
        Cli.Run("simulate", "--prompt", "const:1", "--output", "const:1", "--requests", "1", "--arrivals", "backlog", "--ratio", "2").Refused("--ratio: only with --topology afd");

    [Fact]
    public void Closed_forms_of_the_published_setting()
    {
        JsonElement json = Cli.Run([.. Default, "--horizon", "10000", "--no-simulate", "--json"]).Succeeded().Json;

        JsonElement meanField = json.GetProperty("mean_field");
        Assert.Equal(9.3007, Number(meanField, "ratio"), 1e-3);
        Assert.Equal(9.3007, Number(meanField, "attention_bound"), 1e-3);
        Assert.Equal(-3.5, Number(meanField, "comm_bound"), 1e-3);
        Assert.Equal(2.1694, Number(meanField, "peak"), 1e-3);
        Assert.Equal(586.2256, Number(meanField, "slot_load"), 1e-3);
        Assert.Equal(10, Number(json.GetProperty("barrier_aware"), "ratio"));
        Assert.Equal(.71943, Number(json.GetProperty("barrier_aware"), "throughput_per_instance"), 1e-5);
        Assert.Equal(9, Number(json.GetProperty("overlapped"), "ratio"));
        Assert.Equal(599, Number(json.GetProperty("slot_load"), "mean"), 1e-9);
        Assert.Equal(499.5, Number(json.GetProperty("slot_load"), "std"), 1e-3);
        Assert.Equal(JsonValueKind.Null, json.GetProperty("simulated").ValueKind);
        Assert.Equal(
            Enumerable.Range(1, 32), json.GetProperty("curve").EnumerateArray().Select(point => point.GetProperty("ratio").GetInt32()));
    }

    [Fact]
    public void Simulation_agrees_within_one_and_says_how_sure_it_is()
    {
        JsonElement json = Cli.Run([.. Default, "--horizon", "10000", "--replications", "3", "--json"]).Succeeded().Json;

        JsonElement simulated = json.GetProperty("simulated");
        Assert.Equal(8, Number(simulated, "ratio"));
        Assert.Equal("empty", simulated.GetProperty("start").GetString());
        Assert.Equal(19_531, Number(simulated, "steps"));
        double[] interval = [.. simulated.GetProperty("ci95").EnumerateArray().Select(end => end.GetDouble())];
        Assert.InRange(Number(simulated, "throughput_per_instance"), interval[0], interval[1]);
        JsonElement last = json.GetProperty("curve")[31].GetProperty("simulated");
        Assert.Equal(.31828, Number(last, "throughput_per_instance"), 1e-4);
        Assert.Equal(.61, Number(last, "attention_idle_fraction"), 0.01);
        Assert.Equal(.6, Number(json.GetProperty("curve")[0].GetProperty("simulated"), "ffn_idle_fraction"), 0.02);
        Assert.Equal(JsonValueKind.Null, json.GetProperty("curve")[29].GetProperty("simulated").ValueKind);
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_digest_and_another_seed_another()
    {
        string[] small = [.. Default, "--steps", "300", "--max-ratio", "6", "--replications", "2", "--json"];
        string Digest(params string[] more) => Cli.Run([.. small, .. more]).Succeeded().Json.GetProperty("digest").GetString()!;
        string digest = Digest("--threads", "1");

        Assert.Equal(digest, Digest("--threads", "4"));
        Assert.NotEqual(digest, Digest("--seed", "2"));
    }

    [Fact]
    public void A_trace_gives_the_law_of_its_requests()
    {
        using var scratch = new Scratch();
        scratch.Write("three.csv", Scratch.Header + "0,100,3\n1,50,1\n2,200,4\n");

        string[] arguments = ["plan", "afd", "--trace", "three.csv", "--batch", "8", .. Costs, "--max-ratio", "3", "--json"];
        JsonElement json = scratch.Run(arguments).Succeeded().Json;

        Assert.Equal(144.875, Number(json.GetProperty("slot_load"), "mean"));
        Assert.Equal(Math.Sqrt(3451.109375), Number(json.GetProperty("slot_load"), "std"));
        Assert.Equal(144.875, Number(json.GetProperty("simulated"), "slot_load"), 5.0);
    }

    [Fact]
    public void Power_asks_for_energy_too()
    {
        JsonElement json = Cli.Run([.. Default, "--power", "100:400", "--no-simulate", "--json"]).Succeeded().Json;

        Assert.Equal(2 * Number(json.GetProperty("mean_field"), "peak"), Number(json.GetProperty("energy"), "mean_field_peak"), 1e-9);
        Assert.Equal(10, Number(json.GetProperty("energy"), "ratio"));
    }

    [Fact]
    public void Reports_go_into_the_folder_and_ratios_without_an_end_are_said_to_have_none()
    {
        using var scratch = new Scratch();

        CliResult result = scratch.Run(
            "plan", "afd", "--prompt", "const:100", "--output", "uniform:1:20", "--batch", "4",
            "--attention", "0:1", "--ffn", "0:1", "--comm", "0:1", "--max-ratio", "4", "--replications", "2",
            "--out", "report").Succeeded();

        Assert.Equal(["curve.csv", "report.html", "report.json"], scratch.NamesIn("report"));
        Assert.Contains("knows no best one", result.Output, StringComparison.Ordinal);
        Assert.Contains("raise --max-ratio above 4", result.Output, StringComparison.Ordinal);
        JsonElement json = JsonDocument.Parse(scratch.Read("report/report.json")).RootElement;
        Assert.Equal(JsonValueKind.Null, json.GetProperty("mean_field").GetProperty("ratio").ValueKind);
        Assert.Equal(5, scratch.Read("report/curve.csv").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void Everything_wrong_is_said_at_once()
    {
        Cli.Run(
            "plan", "afd", "--prompt", "const:0", "--batch", "0", "--attention", "-1:50", "--ffn", "0.083", "--comm", "x:NaN",
            "--max-ratio", "0", "--microbatches", "0", "--power", "0:3", "--horizon", "-5", "--steps", "0", "--replications", "0",
            "--comm-slots", "some").Refused(
            "--prompt: give --prompt and --output, or a --trace",
            "--prompt: 'const:0'",
            "--batch: '0' is not a whole number from 1",
            "--attention: '-1:50' is not two numbers",
            "--ffn: '0.083' is not two numbers",
            "--comm: 'x:NaN' is not two numbers",
            "--max-ratio: '0' is not a whole number from 1",
            "--microbatches: '0'",
            "--power: '0:3' is not two positive numbers",
            "--horizon: '-5'",
            "--steps: '0'",
            "--replications: '0'",
            "--comm-slots: 'some' is neither instance nor all");
        Cli.Run("plan", "afd").Refused(
            "--batch: say how many", "--attention: say what", "--ffn: say what", "--comm: say what",
            "--prompt: give --prompt and --output");
    }

    [Fact]
    public void Traces_that_cannot_be_used_and_runs_that_cannot_be_made_are_refused()
    {
        using var scratch = new Scratch();
        scratch.Write("empty.csv", Scratch.Header);
        scratch.Write("bad.csv", Scratch.Header + "0,100,0\n");

        scratch.Run(["plan", "afd", "--trace", "empty.csv", "--batch", "8", .. Costs]).Refused("empty.csv");
        scratch.Run(["plan", "afd", "--trace", "bad.csv", "--batch", "8", .. Costs]).Refused("bad.csv:2: output_tokens");
        scratch.Run(["plan", "afd", "--trace", "bad.csv", "--skip-bad-rows", "--batch", "8", .. Costs]).Refused("no requests");
        scratch.Run(["plan", "afd", "--trace", "none.csv", "--prompt", "const:1", "--batch", "8", .. Costs]).Refused(
            "--prompt: a trace brings its own lengths", "there is no file 'none.csv'");
        scratch.Run([.. Default, "--max-ratio", "10000", "--microbatches", "64"]).Refused("--batch: 163,840,000 slots");
        scratch.Run([.. Default[..8], "--attention", "0:0", "--ffn", "0:0", "--comm", "0:0"]).Refused("steps take no time");
        scratch.Run([.. Default, "--horizon", "5", "--steps", "3"]).Refused("--steps: --horizon says how long a run is");
        scratch.Run([.. Default, "--horizon", "1000000000"]).Refused("--horizon: it takes 1,953,125,000 steps");
    }

    private static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();
}
