using System.Diagnostics;
using System.Text.Json;

namespace Plimsoll.Cli.Tests;

/// <summary>What the simulator promises on the command line.</summary>
public sealed class SimulateTests
{
    private static readonly string[] Tiny =
    [
        "simulate", "--prompt", "uniform:10:200", "--output", "geometric:20", "--arrivals", "poisson:50", "--requests", "300",
        "--replicas", "2", "--json",
    ];

    [Fact]
    public void The_same_seed_gives_the_same_digest_and_another_seed_another()
    {
        JsonElement first = Cli.Run(Tiny).Succeeded().Json;
        JsonElement again = Cli.Run(Tiny).Succeeded().Json;
        JsonElement other = Cli.Run([.. Tiny, "--seed", "2"]).Succeeded().Json;
        Assert.Equal(first.GetProperty("digest").GetString(), again.GetProperty("digest").GetString());
        Assert.NotEqual(first.GetProperty("digest").GetString(), other.GetProperty("digest").GetString());
        Assert.Equal(1, first.GetProperty("seed").GetInt64());
        Assert.False(first.GetProperty("partial").GetBoolean());
        JsonElement requests = first.GetProperty("requests");
        Assert.Equal(300, requests.GetProperty("submitted").GetInt64());
        Assert.Equal(300, requests.GetProperty("completed").GetInt64());
    }

    [Fact]
    public void Out_gets_the_reports_whole_and_standard_output_the_same_document()
    {
        using var scratch = new Scratch();
        CliResult result = scratch.Run([.. Tiny, "--out", "report", "--request-table"]).Succeeded();
        Assert.Equal(["replicas.csv", "report.html", "report.json", "requests.csv", "timeseries.csv"], scratch.NamesIn("report"));
        Assert.Equal(result.Output, scratch.Read("report/report.json"));
        Assert.Equal(301, File.ReadLines(scratch["report/requests.csv"]).Count());
    }

    [Fact]
    public void A_model_that_does_not_fit_is_infeasible_and_nothing_is_written()
    {
        using var scratch = new Scratch();
        CliResult result = scratch.Run([.. Tiny, "--model", "llama-3.1-405b", "--gpu", "l4", "--out", "report"]);
        Assert.Equal(3, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.Contains("the weights alone do not fit", result.Error, StringComparison.Ordinal);
        Assert.Empty(scratch.Names);
    }

    [Fact]
    public void Ctrl_C_keeps_what_there_is_and_marks_it_partial()
    {
        using var scratch = new Scratch();
        using Process process = Cli.Start(
            scratch.Folder, "simulate", "--prompt", "const:100", "--output", "const:100", "--arrivals", "poisson:20",
            "--requests", "1000000000", "--json", "--out", "report", "--request-table");
        string unfinished = scratch["report/requests.csv.part"];
        CliResult result = Cli.Interrupt(process, unfinished);
        Assert.True(result.ExitCode == 130, $"exit code {result.ExitCode}: {result.Error}");
        Assert.True(result.Json.GetProperty("partial").GetBoolean());
        Assert.True(result.Json.GetProperty("requests").GetProperty("submitted").GetInt64() > 0);
        Assert.Equal(result.Output, scratch.Read("report/report.json"));
        Assert.True(File.Exists(scratch["report/requests.csv"]));
        Assert.False(File.Exists(unfinished));
    }
}
