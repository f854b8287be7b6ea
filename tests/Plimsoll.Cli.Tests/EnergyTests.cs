using System.Text.Json;

namespace Plimsoll.Cli.Tests;

/// <summary>Energy of ordinary replicas on the command line: there where the GPU is known, left out with a note where it is not.</summary>
public sealed class EnergyTests
{
    private static readonly string[] Traffic =
        ["--prompt", "uniform:10:200", "--output", "geometric:20", "--arrivals", "poisson:50", "--requests", "300", "--replicas", "2"];

    [Fact]
    public void A_named_gpu_says_what_a_run_drew()
    {
        JsonElement report = Run("--gpu", "h100", "--model", "llama-3.1-8b", "--tp", "2");

        JsonElement energy = report.GetProperty("energy");
        double joules = energy.GetProperty("joules").GetDouble();
        double watts = energy.GetProperty("mean_watts").GetDouble();
        double replicas = report.GetProperty("replicas").EnumerateArray().Sum(replica => replica.GetProperty("joules").GetDouble());
        Assert.Equal(replicas, joules, 1e-9 * joules);
        Assert.Equal(watts * report.GetProperty("duration_seconds").GetDouble(), joules, 1e-9 * joules);
        Assert.InRange(watts, 4 * 110, 4 * 700);
        Assert.Contains(Notes(report), note => note.Contains("without hosts", StringComparison.Ordinal));
    }

    [Fact]
    public void Given_step_times_are_priced_too_when_the_gpu_is_named()
    {
        JsonElement report = Run("--gpu", "h100", "--step-time", "const:0.01");

        Assert.True(report.GetProperty("energy").GetProperty("joules_per_output_token").GetDouble() > 0);
    }

    [Theory]
    [InlineData("no GPU is named (--gpu)", "--step-time", "const:0.01")]
    [InlineData("no power is known of ascend-910c", "--gpu", "ascend-910c")]
    public void Without_power_energy_is_left_out_and_a_note_says_why(string why, params string[] engine)
    {
        JsonElement report = Run(engine);

        Assert.False(report.TryGetProperty("energy", out _));
        Assert.All(report.GetProperty("replicas").EnumerateArray(), replica => Assert.False(replica.TryGetProperty("joules", out _)));
        Assert.Contains(Notes(report), note => note.Contains(why, StringComparison.Ordinal));
    }

    [Fact]
    public void Policies_are_compared_by_energy()
    {
        JsonElement report = Cli.Run(
            ["compare", .. Traffic, "--policies", "vllm,static", "--gpu", "h100", "--replications", "2", "--json"]).Succeeded().Json;

        JsonElement difference = report.GetProperty("differences").EnumerateArray().Single().GetProperty("metrics");
        Assert.Equal(2, difference.GetProperty("energy.joules_per_output_token").GetProperty("ci95").GetArrayLength());
        Assert.True(difference.TryGetProperty("energy.joules", out _) && difference.TryGetProperty("energy.mean_watts", out _));
    }

    [Fact]
    public void The_law_of_groups_is_refused_of_replicas_beside_everything_else_that_is_wrong()
    {
        CliResult result = Cli.Run("simulate", "--gpu", "h1000", "--power", "law", "--replicas", "0", "--json");

        Assert.Equal(2, result.ExitCode);
        Assert.Equal("", result.Output);
        foreach (string option in new[] { "--gpu", "--power", "--replicas" })
        {
            Assert.Contains(option + ":", result.Error, StringComparison.Ordinal);
        }
    }

    private static JsonElement Run(params string[] engine) =>
        Cli.Run(["simulate", .. Traffic, .. engine, "--json"]).Succeeded().Json;

    private static IEnumerable<string> Notes(JsonElement report) =>
        report.GetProperty("notes").EnumerateArray().Select(note => note.GetString()!);
}
