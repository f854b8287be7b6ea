using System.Text.Json;
using Plimsoll.Optimization;

namespace Plimsoll.Cli.Tests;

/// <summary>Lists of jobs in unit rounds, by the program itself.</summary>
public sealed class ScheduleTests
{
    private const string SixJobs = "id,prompt_tokens,output_tokens,lower,upper\na,2,3,1,6\nb,2,1,1,6\nc,2,6,1,6\nd,2,2,1,6\ne,2,5,1,6\nf,2,4,1,6\n";

    [Fact]
    public void One_policy_answers_with_every_job()
    {
        using var scratch = new Scratch();
        scratch.Write("jobs.csv", SixJobs);

        JsonElement json = scratch.Run("schedule", "--jobs", "jobs.csv", "--kv-tokens", "14", "--policy", "a-min:dynamic=false", "--json").Succeeded().Json;

        Assert.Equal(42, json.GetProperty("total_latency").GetInt64());
        Assert.Equal(5, json.GetProperty("evictions").GetInt64());
        Assert.Equal(15, json.GetProperty("makespan").GetInt64());
        Assert.Equal(
            ["a 3", "b 1", "c 10", "d 2", "e 15", "f 11"],
            json.GetProperty("jobs").EnumerateArray().Select(job => $"{job.GetProperty("id").GetString()} {job.GetProperty("finish").GetInt64()}"));
    }

    [Fact]
    public void Arrivals_are_rounds_and_may_stand_in_any_order()
    {
        using var scratch = new Scratch();
        scratch.Write("jobs.csv", "id,prompt_tokens,output_tokens,arrival\nlate,1,2,5\nearly,1,3,0\n");

        JsonElement json = scratch.Run("schedule", "--jobs", "jobs.csv", "--kv-tokens", "10", "--policy", "mc-sf", "--json").Succeeded().Json;

        Assert.Equal(5, json.GetProperty("total_latency").GetInt64());
        Assert.Equal(7, json.GetProperty("makespan").GetInt64());
    }

    [Fact]
    public void Several_policies_stand_beside_each_other_and_the_page_shows_them()
    {
        using var scratch = new Scratch();
        scratch.Write("jobs.csv", SixJobs);

        JsonElement json = scratch
            .Run("schedule", "--jobs", "jobs.csv", "--kv-tokens", "14", "--policy", "shortest-first,a-max,a-min:dynamic=false,bump=true", "--json", "--out", "out")
            .Succeeded().Json;

        Assert.Equal([26, 47, 43], json.GetProperty("policies").EnumerateArray().Select(policy => policy.GetProperty("total_latency").GetInt64()));
        Assert.Equal(["report.html", "report.json"], scratch.NamesIn("out"));
        string page = scratch.Read("out/report.html");
        Assert.Contains("Who ran when", page, StringComparison.Ordinal);
        Assert.Contains("Memory over time", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_optimum_and_the_relaxation_are_those_of_the_spec()
    {
        Assert.SkipWhen(SolverLibraries.Missing is not null, SolverLibraries.Missing ?? "");
        using var scratch = new Scratch();
        string[] outputs = ["22", "12", "14", "2", "4", "1", "8", "35"];
        scratch.Write("jobs.csv", "id,prompt_tokens,output_tokens\n" + string.Concat(outputs.Select((output, i) => $"{i},4,{output}\n")));

        JsonElement json = scratch.Run("schedule", "--jobs", "jobs.csv", "--kv-tokens", "47", "--optimal", "--lp-bound", "--json").Succeeded().Json;

        Assert.Equal(111, json.GetProperty("total_latency").GetInt64());
        Assert.Equal(111, json.GetProperty("optimal").GetProperty("total_latency").GetInt64());
        Assert.True(json.GetProperty("optimal").GetProperty("proven").GetBoolean());
        Assert.Equal(110.83, json.GetProperty("lp_bound").GetDouble(), 2);
    }

    [Fact]
    public void Drawn_lists_give_paired_intervals()
    {
        JsonElement json = Cli.Run(
            "schedule", "--prompt", "uniform:1:5", "--output", "uniform:1:20", "--requests", "12", "--replications", "8", "--kv-tokens", "40",
            "--policy", "mc-sf,fcfs", "--json").Succeeded().Json;

        Assert.Equal(8, json.GetProperty("replications").GetInt32());
        JsonElement fcfs = json.GetProperty("replicated").EnumerateArray().Last().GetProperty("total_latency");
        double[] interval = [.. fcfs.GetProperty("difference_ci95").EnumerateArray().Select(end => end.GetDouble())];
        Assert.InRange(fcfs.GetProperty("difference").GetDouble(), interval[0], interval[1]);
        Assert.True(interval[0] > 0, "first come is worse than shortest first on such lists");
        JsonElement first = json.GetProperty("replicated").EnumerateArray().First().GetProperty("total_latency");
        Assert.Equal(0, first.GetProperty("difference").GetDouble());
    }

    [Fact]
    public void A_file_is_not_replicated() =>
        Cli.Run("schedule", "--jobs", "nothing.csv", "--replications", "3", "--kv-tokens", "10", "--requests", "5").Refused(
            "there is no file 'nothing.csv'", "a file brings its own jobs");

    [Fact]
    public void A_policy_that_never_ends_is_reported_and_ends_with_3()
    {
        using var scratch = new Scratch();
        scratch.Write("jobs.csv", SixJobs);

        CliResult result = scratch.Run("schedule", "--jobs", "jobs.csv", "--kv-tokens", "14", "--policy", "alpha-greedy:alpha=0.1", "--json");

        Assert.Equal(3, result.ExitCode);
        Assert.Equal(JsonValueKind.Null, result.Json.GetProperty("total_latency").ValueKind);
        Assert.Contains("livelock", result.Json.GetProperty("livelock").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_livelock_ends_a_simulation_with_3_and_says_so()
    {
        CliResult result = Cli.Run(
            "simulate", "--prompt", "const:100", "--output", "const:400", "--arrivals", "backlog", "--requests", "20",
            "--step-time", "const:0.01", "--kv-tokens", "2000", "--block-size", "1", "--batching", "alpha-greedy:alpha=0");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("livelock", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_that_can_never_fit_has_no_schedule()
    {
        using var scratch = new Scratch();
        scratch.Write("jobs.csv", SixJobs);

        CliResult result = scratch.Run("schedule", "--jobs", "jobs.csv", "--kv-tokens", "7", "--json");

        Assert.Equal(3, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.Contains("job c together exceed 7 KV tokens", result.Error.Replace("prompt and output of ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Jobs_longer_than_the_memory_can_be_left_out()
    {
        using var scratch = new Scratch();
        scratch.Write("jobs.csv", SixJobs);

        CliResult result = scratch.Run("schedule", "--jobs", "jobs.csv", "--kv-tokens", "7", "--skip-too-long", "--json");

        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain("c", result.Json.GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("id").GetString()));
        Assert.Contains(
            result.Json.GetProperty("notes").EnumerateArray(),
            note => note.GetString()!.StartsWith("Left out: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_problem_is_said()
    {
        using var scratch = new Scratch();
        scratch.Write("jobs.csv", "id,prompt_tokens,output_tokens,lower,upper,arrival\na,0,3,1,6,0\nb,2,x,5,2,1.5\n,1,1,,,-1\n");

        scratch.Run("schedule", "--jobs", "jobs.csv", "--kv-tokens", "0", "--policy", "mcsf,svf:foo=1,a-max", "--predict", "class:0").Refused(
            "jobs.csv:2: prompt_tokens: '0' is below 1",
            "jobs.csv:3: output_tokens: 'x' is not a whole number",
            "jobs.csv:3: upper: '2' is below 5",
            "jobs.csv:3: arrival: '1.5' is not a round",
            "jobs.csv:4: id: is missing",
            "jobs.csv:4: arrival: '-1' is not a round",
            "--kv-tokens: '0' is not a whole number",
            "unknown batching policy 'mcsf'",
            "svf: unknown option 'foo'",
            "'class:0': T must be");
    }

    [Fact]
    public void A_policy_whose_signal_is_missing_is_refused()
    {
        using var scratch = new Scratch();
        scratch.Write("jobs.csv", SixJobs);

        scratch.Run("schedule", "--jobs", "jobs.csv", "--kv-tokens", "14", "--policy", "a-max,mc-sf,las", "--predict", "none").Refused(
            "a-max needs an interval for the length, which --predict none does not give",
            "mc-sf needs a predicted length, which --predict none does not give");
    }

    [Fact]
    public void The_same_seed_gives_the_same_digest_and_another_seed_other_errors()
    {
        string[] run = ["simulate", "--prompt", "lognormal:60:100", "--output", "lognormal:50:90:900", "--arrivals", "poisson:20", "--requests", "500",
            "--step-time", "const:0.02", "--kv-tokens", "6000", "--batching", "mc-sf", "--predict", "noisy:0.5", "--json", "--seed"];

        string first = Cli.Run([.. run, "4"]).Succeeded().Json.GetProperty("digest").GetString()!;

        Assert.Equal(first, Cli.Run([.. run, "4"]).Succeeded().Json.GetProperty("digest").GetString());
        Assert.NotEqual(first, Cli.Run([.. run, "5"]).Succeeded().Json.GetProperty("digest").GetString());
        JsonElement prediction = Cli.Run([.. run, "4"]).Json.GetProperty("prediction");
        Assert.Equal(500, prediction.GetProperty("points").GetInt64());
        Assert.True(prediction.GetProperty("mean_relative_error").GetDouble() > 0.2);
    }
}
