using System.Text.Json;

namespace Plimsoll.Cli.Tests;

/// <summary><c>plimsoll plan fleet</c>.</summary>
public sealed class PlanFleetTests
{
    private static readonly string[] Small =
    [
        "plan", "fleet", "--prompt", "lognormal:300:500:4000", "--output", "lognormal:60:100:800", "--arrivals", "gamma:12:1.5",
            "--model", "llama-3.1-8b",
        "--gpu", "h100,l40s,l4", "--tp", "1,2", "--slo", "ttft=1s,tpot=60ms@p95", "--replications", "2", "--requests-per-run", "600",
    ];

    [Fact]
    public void The_cheapest_fleet_keeps_its_promises_at_the_least_price()
    {
        JsonElement plan = Cli.Run([.. Small, "--json"]).Succeeded().Json;

        JsonElement cheapest = plan.GetProperty("cheapest");
        Assert.True(plan.GetProperty("feasible").GetBoolean());
        Assert.True(High(cheapest, "ttft_seconds") <= 1);
        Assert.True(High(cheapest, "tpot_seconds") <= 0.06);
        Assert.Equal(12, Number(plan.GetProperty("traffic"), "requests_per_second"));
        Assert.Equal(95, Number(plan.GetProperty("slo"), "percentile"));
        Assert.True(Number(cheapest, "load_line_utilization") <= 0.9);
        Assert.True(Number(plan, "cheapest_capacity_requests_per_second") >= 12);
        JsonElement[] fleets =
            [.. plan.GetProperty("engines").EnumerateArray().SelectMany(engine => engine.GetProperty("simulated").EnumerateArray())];
        Assert.Equal(
            Number(cheapest, "dollars_per_hour"),
            fleets.Where(fleet => fleet.GetProperty("keeps_slo").GetBoolean()).Min(fleet => Number(fleet, "dollars_per_hour")));
        Assert.Equal(6, plan.GetProperty("engines").GetArrayLength() + plan.GetProperty("skipped").GetArrayLength());
        Assert.Contains(
            Number(cheapest, "dollars_per_hour"),
                plan.GetProperty("pareto_front").EnumerateArray().Select(fleet => Number(fleet, "dollars_per_hour")));
    }

    [Fact]
    public void Threads_change_nothing_and_the_seed_does()
    {
        JsonElement one = Cli.Run([.. Small, "--threads", "1", "--json"]).Succeeded().Json;
        JsonElement three = Cli.Run([.. Small, "--threads", "3", "--json"]).Succeeded().Json;
        JsonElement other = Cli.Run([.. Small, "--seed", "2", "--json"]).Succeeded().Json;

        Assert.Equal(WithoutWall(one), WithoutWall(three));
        Assert.NotEqual(one.GetProperty("digest").GetString(), other.GetProperty("digest").GetString());
    }

    [Fact]
    public void A_price_of_the_user_decides()
    {
        JsonElement cheapest = Cli.Run([.. Small, "--price", "h100=0.01", "--json"]).Succeeded().Json.GetProperty("cheapest");

        Assert.Equal("h100-sxm-80gb", cheapest.GetProperty("gpu").GetString());
        Assert.Equal(0.01 * Number(cheapest, "gpus"), Number(cheapest, "dollars_per_hour"), 1e-12);
    }

    [Fact]
    public void Where_no_fleet_keeps_a_promise_the_nearest_is_named()
    {
        string[] hopeless = [.. Small[..^6], "--slo", "tpot=1ms", "--replications", "2", "--requests-per-run", "600", "--json"];
        string[] nearly = [.. Small[..^6], "--slo", "ttft=65ms@p99.9", "--gpu", "l4", "--tp", "1", "--replications", "2",
            "--requests-per-run", "600", "--json"];

        CliResult pruned = Cli.Run(hopeless);
        Assert.Equal(3, pruned.ExitCode);
        Assert.Contains("No fleet can keep TPOT ≤ 1 ms; nearest is 2 × h100-sxm-80gb", pruned.Error, StringComparison.Ordinal);
        Assert.False(pruned.Json.GetProperty("feasible").GetBoolean());
        Assert.Equal(JsonValueKind.Null, pruned.Json.GetProperty("cheapest").ValueKind);

        CliResult simulated = Cli.Run(Without(nearly, "--gpu", "h100,l40s,l4", "--tp", "1,2"));
        Assert.Equal(3, simulated.ExitCode);
        Assert.Contains("TTFT", simulated.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trace_gives_its_rate_over_time_and_replicas_to_follow_it()
    {
        using var scratch = new Scratch();
        scratch.Write("day.csv", Day());

        CliResult result = scratch.Run(
            "plan", "fleet", "--trace", "day.csv", "--gpu", "l40s", "--tp", "1", "--slo", "ttft=2s,tpot=80ms", "--rate", "30",
                "--replications", "2",
            "--requests-per-run", "500", "--profile", "60s", "--out", "report", "--json").Succeeded();

        JsonElement profile = result.Json.GetProperty("profile");
        JsonElement[] parts = [.. profile.GetProperty("parts").EnumerateArray()];
        Assert.Equal(6, parts.Length);
        Assert.Equal(900, parts.Sum(part => Number(part, "requests")));
        Assert.All(parts, part => Assert.True(
            Number(part, "replicas") * Number(profile, "replica_requests_per_second") >= Number(part, "requests_per_second") * (1 - 1e-9)));
        Assert.True(Number(parts[3], "replicas") > Number(parts[0], "replicas"));
        Assert.InRange(Number(profile, "saved_fraction"), 0.05, 0.9);
        Assert.Equal(["fleets.csv", "report.html", "report.json"], scratch.NamesIn("report"));
        string page = scratch.Read("report/report.html");
        foreach (string part in (string[])["Traffic against the load line", "Head-room of the fleet", "TTFT p99 against price",
            "Replicas over time", "arXiv:2605.04595"])
        {
            Assert.Contains(part, page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_model_that_fits_nowhere_has_no_answer()
    {
        CliResult result = Cli.Run(
            "plan", "fleet", "--prompt", "const:100", "--output", "const:10", "--rate", "1", "--model", "llama-3.1-70b", "--gpu", "l4",
                "--tp", "1,2", "--slo", "ttft=1s");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("None of these GPUs can serve this traffic", result.Error, StringComparison.Ordinal);
        Assert.Contains("the weights alone do not fit", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_wrong_is_listed_at_once()
    {
        CliResult result = Cli.Run(
            "plan", "fleet", "--prompt", "const:-1", "--output", "const:x", "--arrivals", "poisson:-2", "--rate", "-3", "--model", "llma",
                "--gpu", "h10,a100",
            "--tp", "0", "--price", "h100=-3,zz=1", "--slo", "ttft=0s,tpot=x,e2e=1s@p20", "--batching", "vlm", "--routing", "rr",
                "--headroom", "2",
            "--replications", "1", "--peak-window", "0", "--profile", "never", "--seed", "-1", "--threads", "0");

        string[] options =
        [
            "--prompt", "--output", "--arrivals", "--rate", "--model", "--gpu", "--tp", "--price", "--slo", "--batching", "--routing",
                "--headroom",
            "--replications", "--peak-window", "--profile", "--seed", "--threads",
        ];
        result.Refused([.. options.Select(option => $"error: {option}: ")]);
    }

    [Theory]
    [InlineData("--slo: say what the fleet promises", "--prompt", "const:5", "--output", "const:5", "--rate", "1")]
    [InlineData("a request does not end before its first token", "--prompt", "const:5", "--output", "const:5", "--rate", "1", "--slo",
        "ttft=2s,e2e=1s")]
    [InlineData("'ttft' is limited twice", "--prompt", "const:5", "--output", "const:5", "--rate", "1", "--slo", "ttft=2s,ttft=1s")]
    [InlineData("--trace: there is no traffic", "--slo", "ttft=1s")]
    [InlineData("--rate: say how many requests come", "--prompt", "const:5", "--output", "const:5", "--slo", "ttft=1s")]
    [InlineData("--arrivals says it already", "--prompt", "const:5", "--output", "const:5", "--rate", "1", "--arrivals", "poisson:2",
        "--slo", "ttft=1s")]
    [InlineData("has no rate to plan for", "--prompt", "const:5", "--output", "const:5", "--arrivals", "closed:2", "--slo", "ttft=1s")]
    [InlineData("no price is known of mi325x", "--prompt", "const:5", "--output", "const:5", "--rate", "1", "--slo", "ttft=1s", "--gpu",
        "mi325x")]
    [InlineData("is not among --gpu", "--prompt", "const:5", "--output", "const:5", "--rate", "1", "--slo", "ttft=1s", "--gpu", "h100",
        "--price", "l4=1")]
    [InlineData("needs a --trace", "--prompt", "const:5", "--output", "const:5", "--rate", "1", "--slo", "ttft=1s", "--profile", "hour")]
    public void Contradictions_are_refused(string sentence, params string[] arguments) =>
        Cli.Run(["plan", "fleet", .. arguments]).Refused(sentence);

    [Fact]
    public void A_trace_without_times_needs_a_rate()
    {
        using var scratch = new Scratch();
        scratch.Write("once.csv", Scratch.Header + string.Concat(Enumerable.Repeat("0,100,10\n", 50)));
        string[] plan = ["plan", "fleet", "--trace", "once.csv", "--gpu", "l4", "--tp", "1", "--slo", "ttft=2s", "--replications", "2",
            "--requests-per-run", "200"];

        scratch.Run(plan).Refused("have no times from which a rate follows");
        scratch.Run([.. plan, "--rate", "2"]).Succeeded();
    }

    [Fact]
    public void The_recorded_conversation_trace_has_a_cheapest_fleet()
    {
        string trace = Testing.SharedData.PathOf("traces/azure2023/AzureLLMInferenceTrace_conv.first_half.csv");

        JsonElement plan = Cli.Run(
            "plan", "fleet", "--trace", trace, "--model", "llama-3.1-8b", "--gpu", "a100,h100,l40s,h200", "--tp", "1,2,4", "--slo",
                "ttft=1s,tpot=50ms",
            "--replications", "3", "--json").Succeeded().Json;

        Assert.True(plan.GetProperty("feasible").GetBoolean());
        Assert.Equal(12, plan.GetProperty("engines").GetArrayLength());
        Assert.True(plan.GetProperty("pareto_front").GetArrayLength() > 3);
    }

    // Six minutes, busy in the fourth.
    private static string Day()
    {
        string rows = "";
        for (int i = 0; i < 900; i++)
        {
            double minute = i < 300 ? i / 100.0 : i < 700 ? 3 + ((i - 300) / 400.0) : 4 + ((i - 700) / 100.0);
            rows += FormattableString.Invariant($"{60 * minute:0.000},{200 + (i % 7 * 100)},{20 + (i % 5 * 20)}\n");
        }

        return Scratch.Header + rows;
    }

    private static string[] Without(string[] arguments, params string[] left)
    {
        List<string> kept = [.. arguments];
        for (int i = 0; i < left.Length; i += 2)
        {
            int place = Enumerable.Range(0, kept.Count - 1).First(at => kept[at] == left[i] && kept[at + 1] == left[i + 1]);
            kept.RemoveRange(place, 2);
        }

        return [.. kept];
    }

    private static string WithoutWall(JsonElement plan) =>
        string.Join('\n', plan.EnumerateObject().Where(property => property.Name != "wall").Select(property => property.ToString()));

    private static double High(JsonElement fleet, string name) => fleet.GetProperty(name).GetProperty("ci95")[1].GetDouble();

    private static double Number(JsonElement parent, string name) => parent.GetProperty(name).GetDouble();
}
