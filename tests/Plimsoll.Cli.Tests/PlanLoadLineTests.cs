using System.Text.Json;

namespace Plimsoll.Cli.Tests;

/// <summary><c>plimsoll plan loadline</c>; vectors of scheduling theory, sections 1.4 and 6.3.</summary>
public sealed class PlanLoadLineTests
{
    private static readonly string[] Published =
    [
        "plan", "loadline", "--prompt", "uniform:10:1600", "--output", "uniform:10:1600", "--kv-tokens", "131000",
        "--step-time", "const:0.0372", "--chunk", "512",
    ];

    [Fact]
    public void The_published_workload_in_json()
    {
        JsonElement plan = Cli.Run([.. Published, "--rate", "100", "--json"]).Succeeded().Json;

        JsonElement line = plan.GetProperty("load_line");
        Assert.Equal(3.2632, Number(line, "requests_per_second"), 1e-4);
        Assert.Equal(3.184, Number(line, "guaranteed_stable_below"), 1e-3);
        Assert.Equal(3.2632, Number(line, "memory_bound"), 1e-4);
        Assert.Equal(JsonValueKind.Null, line.GetProperty("compute_bound").ValueKind);
        Assert.Equal("memory", line.GetProperty("binding").GetString());
        Assert.Equal(1_079_151.3, Number(plan.GetProperty("request_memory"), "mean_token_steps"), 0.05);
        Assert.Equal(0.0244, Number(plan.GetProperty("request_memory"), "max_fraction"), 1e-4);
        Assert.Equal(35, Number(plan.GetProperty("fleet"), "replicas"));
        Assert.All(plan.GetProperty("formulas").EnumerateArray(), fact => Assert.NotEqual("", fact.GetProperty("formula").GetString()));
        Assert.False(plan.TryGetProperty("simulated", out _));
    }

    [Fact]
    public void The_token_budget_binds_where_memory_is_unlimited()
    {
        JsonElement line = Cli.Run(
            "plan", "loadline", "--prompt", "const:400", "--output", "const:100", "--kv-tokens", "unlimited", "--step-time", "const:0.025",
            "--token-budget", "512", "--json").Succeeded().Json.GetProperty("load_line");

        Assert.Equal(40.96, Number(line, "requests_per_second"), 1e-9);
        Assert.Equal(40.96, Number(line, "compute_bound"), 1e-9);
        Assert.Equal("compute", line.GetProperty("binding").GetString());
        Assert.Equal(JsonValueKind.Null, line.GetProperty("memory_bound").ValueKind);
    }

    [Fact]
    public void Phases_are_joined_by_the_harmonic_mean()
    {
        JsonElement plan = Cli.Run(
            "plan", "loadline", "--phase", "1 uniform:10:2133 uniform:10:1066 const:0.043",
            "--phase", "1 uniform:10:1066 uniform:10:2133 const:0.0337", "--kv-tokens", "131000", "--step-time", "const:1", "--chunk", "512",
            "--json").Succeeded().Json;

        Assert.Equal(3.348, Number(plan.GetProperty("load_line"), "requests_per_second"), 1e-3);
        Assert.Equal([3.9563, 2.9016], plan.GetProperty("phases").EnumerateArray()
            .Select(phase => Math.Round(Number(phase.GetProperty("load_line"), "requests_per_second"), 4)));
    }

    [Fact]
    public void Simulation_confirms_the_line_and_does_not_depend_on_threads()
    {
        string[] verify = [.. Published, "--verify", "--replications", "2", "--requests-per-run", "4000", "--seed", "5", "--json"];

        JsonElement one = Cli.Run([.. verify, "--threads", "1"]).Succeeded().Json;
        JsonElement three = Cli.Run([.. verify, "--threads", "3"]).Succeeded().Json;

        Assert.Equal(ButForWallTime(one), ButForWallTime(three));
        JsonElement simulated = one.GetProperty("simulated");
        Assert.Equal(3.2632, Number(simulated, "requests_per_second"), 0.03 * 3.2632);
        Assert.Equal(Number(simulated, "requests_per_second"), Number(simulated.GetProperty("saturated"), "requests_per_second"), 0.05);
        double[] interval = [.. simulated.GetProperty("ci95").EnumerateArray().Select(end => end.GetDouble())];
        Assert.InRange(Number(simulated, "requests_per_second"), interval[0], interval[1]);
    }

    [Fact]
    public void Without_a_step_time_memory_and_steps_come_from_the_catalogue()
    {
        JsonElement plan = Cli.Run(
            "plan", "loadline", "--prompt", "const:800", "--output", "const:200", "--model", "llama-3.1-8b", "--gpu", "h100", "--json")
            .Succeeded().Json;

        Assert.Equal("llama-3.1-8b", plan.GetProperty("configuration").GetProperty("model").GetString());
        Assert.InRange(Number(plan.GetProperty("load_line"), "requests_per_second"), 10, 60);
        Assert.InRange(Number(plan.GetProperty("load_line"), "step_seconds"), 0.01, 0.2);
        Assert.Contains("time of a step depends on the load", plan.GetProperty("notes").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Replicas_of_several_kinds_add_up()
    {
        JsonElement fleet = Cli.Run(
            "plan", "loadline", "--prompt", "const:800", "--output", "const:200", "--engine", "4xllama-3.1-8b@h100",
            "--engine", "8xllama-3.1-8b@a100", "--rate", "1000", "--json").Succeeded().Json.GetProperty("fleet");

        JsonElement[] engines = [.. fleet.GetProperty("engines").EnumerateArray()];
        Assert.Equal(
            Number(fleet, "total_requests_per_second"),
            (4 * Number(engines[0], "requests_per_second")) + (8 * Number(engines[1], "requests_per_second")),
            1e-9);
        Assert.Equal(
            Math.Ceiling(((1000 / 0.9) - Number(fleet, "total_requests_per_second")) / Number(engines[0], "requests_per_second")),
            Number(engines[0], "more_needed"));
    }

    [Fact]
    public void A_trace_keeps_its_correlation_and_shares_its_prefixes()
    {
        using var scratch = new Scratch();
        scratch.Write("plain.csv", Scratch.Header + "0,10,100\n1,100,10\n");
        string hashes = "arrival_seconds,prompt_tokens,output_tokens,block_tokens,prefix_hashes\n";
        scratch.Write("shared.csv", hashes + string.Concat(Enumerable.Range(0, 50).Select(i => $"{i},48,20,16,1 2 {i + 100}\n")));
        string[] engine = ["--kv-tokens", "2000", "--step-time", "const:0.01", "--chunk", "16", "--json"];

        JsonElement plain = scratch.Run(["plan", "loadline", "--trace", "plain.csv", .. engine]).Succeeded().Json;
        JsonElement shared = scratch.Run(["plan", "loadline", "--trace", "shared.csv", .. engine]).Succeeded().Json;
        JsonElement apart = scratch.Run(["plan", "loadline", "--trace", "shared.csv", "--no-prefix-cache", .. engine]).Succeeded().Json;

        double first = ((1 + (10 / 16.0)) * 10 / 2) + (10 * 100) + 5050;
        double second = ((1 + (100 / 16.0)) * 100 / 2) + (100 * 10) + 55;
        Assert.Equal((first + second) / 2, Number(plain.GetProperty("request_memory"), "mean_token_steps"), 1e-9);
        Assert.Equal(49 / 50.0 * 32, Number(shared.GetProperty("request_memory"), "mean_cached_tokens"), 1e-9);
        Assert.True(Number(shared.GetProperty("load_line"), "requests_per_second") > 1.2 * Number(apart.GetProperty("load_line"), "requests_per_second"));
    }

    [Fact]
    public void A_report_is_written_for_people_and_for_programs()
    {
        using var scratch = new Scratch();

        CliResult result = scratch.Run([.. Published, "--rate", "100", "--out", "report"]).Succeeded();

        Assert.Equal(["report.html", "report.json"], scratch.NamesIn("report"));
        Assert.Contains("need 35 replicas", result.Output, StringComparison.Ordinal);
        string page = scratch.Read("report/report.html");
        Assert.Contains("What moves the line", page, StringComparison.Ordinal);
        Assert.Contains("arXiv:2605.04595", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_wrong_is_listed_at_once()
    {
        CliResult result = Cli.Run(
            "plan", "loadline", "--prompt", "const:-4", "--output", "const:x", "--kv-tokens", "0", "--step-time", "const:0", "--chunk", "0",
            "--rate", "-3", "--target-utilization", "4", "--threads", "2", "--batching", "vlm", "--seed", "-1");

        string[] options =
        [
            "--prompt", "--output", "--kv-tokens", "--step-time", "--chunk", "--rate", "--target-utilization", "--threads", "--batching", "--seed",
        ];
        result.Refused([.. options.Select(option => $"error: {option}: ")]);
        Assert.Equal(options.Length, result.Errors.Length);
    }

    [Theory]
    [InlineData("exclude each other", "--prompt", "const:5", "--output", "const:5", "--phase", "1 const:5 const:5", "--kv-tokens", "100")]
    [InlineData("--output: give --prompt and --output", "--prompt", "const:5", "--kv-tokens", "100")]
    [InlineData("is not a phase", "--phase", "const:5", "--kv-tokens", "100")]
    [InlineData("is not a share", "--phase", "-1 const:5 const:5", "--kv-tokens", "100")]
    [InlineData("there is no load line", "--prompt", "const:5", "--output", "const:5")]
    [InlineData("there is no --rate", "--prompt", "const:5", "--output", "const:5", "--kv-tokens", "100", "--target-utilization", "0.5")]
    [InlineData("hold not even the smallest request", "--prompt", "const:50", "--output", "const:50", "--kv-tokens", "99")]
    [InlineData("fewer than --max-sequences", "--prompt", "const:5", "--output", "const:5", "--token-budget", "4", "--max-sequences", "9")]
    [InlineData("--step-time: excludes --engine", "--prompt", "const:5", "--output", "const:5", "--engine", "1xllama-3.1-8b@h100")]
    [InlineData("is not COUNTxMODEL@GPU", "--prompt", "const:5", "--output", "const:5", "--engine", "llama", "--kv-tokens", "100")]
    public void Contradictions_are_refused(string sentence, params string[] arguments) =>
        Cli.Run(["plan", "loadline", "--step-time", "const:0.01", .. arguments]).Refused(sentence);

    [Fact]
    public void A_request_that_memory_can_never_hold_has_no_answer()
    {
        CliResult result = Cli.Run(
            "plan", "loadline", "--prompt", "uniform:5:500", "--output", "const:5", "--kv-tokens", "100", "--step-time", "const:0.01");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("a request may need 505 KV tokens, and a replica has 100", result.Error, StringComparison.Ordinal);
    }

    private static string ButForWallTime(JsonElement plan) =>
        string.Join('\n', plan.EnumerateObject().Where(property => property.Name != "wall").Select(property => property.ToString()));

    private static double Number(JsonElement parent, string name) => parent.GetProperty(name).GetDouble();
}
