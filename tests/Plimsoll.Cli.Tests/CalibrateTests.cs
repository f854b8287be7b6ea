using System.Globalization;
using System.Text.Json;
using Plimsoll.Testing;

namespace Plimsoll.Cli.Tests;

/// <summary><c>plimsoll calibrate</c>.</summary>
public sealed class CalibrateTests
{
    private const string Header = "prefill_tokens,prefill_sequences,prefill_history_tokens,decode_sequences,decode_context_tokens,step_seconds\n";

    [Fact]
    public void Known_prices_are_found_and_the_profile_serves_the_simulator()
    {
        using var scratch = new Scratch();
        scratch.Write("steps.csv", Steps());

        JsonElement json = scratch.Run("calibrate", "--from", "steps.csv", "--out", "fit", "--json").Succeeded().Json;

        Assert.Equal("affine-mixed", json.GetProperty("form").GetString());
        Assert.Equal("cross_validation", json.GetProperty("chosen_by").GetString());
        Assert.Equal("affine:1.1E-2:4E-5:2E-5:8E-8:3E-8", json.GetProperty("affine").GetProperty("step_time").GetString());
        Dictionary<string, double> prices = json.GetProperty("parameters").EnumerateArray()
            .ToDictionary(each => each.GetProperty("name").GetString()!, each => each.GetProperty("value").GetDouble());
        Assert.Equal(40e-6, prices["seconds_per_prefill_token"], 1e-10);
        Assert.Equal("group", json.GetProperty("held_out").GetProperty("by").GetString());
        Assert.InRange(json.GetProperty("held_out").GetProperty("mean_absolute_relative_error").GetDouble(), 0, 1e-6);
        Assert.InRange(json.GetProperty("as_written").GetProperty("p90_absolute_relative_error").GetDouble(), 0, 1e-3);
        Assert.Equal(7, json.GetProperty("cross_validation").GetProperty("forms").GetArrayLength());
        Assert.Equal(["parameters.json", "profile.csv", "report.html", "report.json"], scratch.NamesIn("fit"));
        Assert.Contains("<circle", scratch.Read("fit/report.html"), StringComparison.Ordinal);

        string[] traffic = ["--prompt", "const:512", "--output", "const:64", "--arrivals", "poisson:4", "--requests", "50", "--kv-tokens", "200000", "--json"];
        JsonElement table = scratch.Run(["simulate", "--step-time", "profile:fit/profile.csv", .. traffic]).Succeeded().Json;
        JsonElement affine = scratch.Run(["simulate", "--step-time", "affine:1.1E-2:4E-5:2E-5:8E-8:3E-8", .. traffic]).Succeeded().Json;
        double Mean(JsonElement run) => run.GetProperty("e2e_seconds").GetProperty("mean").GetDouble();
        Assert.Equal(1, Mean(table) / Mean(affine), 1e-3);
    }

    [Fact]
    public void The_form_can_be_named_and_the_answer_is_the_same_every_time()
    {
        using var scratch = new Scratch();
        scratch.Write("steps.csv", Steps());
        string[] command = ["calibrate", "--from", "steps.csv", "--form", "table", "--holdout", "0.3", "--json"];

        CliResult first = scratch.Run(command).Succeeded();

        Assert.Equal("table", first.Json.GetProperty("form").GetString());
        Assert.Equal("user", first.Json.GetProperty("chosen_by").GetString());
        Assert.Equal(first.Output, scratch.Run(command).Succeeded().Output);
    }

    [Fact]
    public void Text_for_people_says_what_was_used_and_what_to_paste()
    {
        using var scratch = new Scratch();
        Directory.CreateDirectory(scratch["in"]);
        scratch.Write("in/steps.csv", Scratch.Packed(Steps()));

        string text = scratch.Run("calibrate", "--from", "in", "--model", "llama-3.1-8b", "--gpu", "h100").Succeeded().Output;

        Assert.Contains("--step-time affine:1.1E-2", text, StringComparison.Ordinal);
        Assert.Contains("held out, by group", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_wrong_with_the_options_is_said_at_once()
    {
        Cli.Run("calibrate").Refused("--from: say what was measured");
        using var scratch = new Scratch();
        scratch.Run(
            "calibrate", "--from", "none.csv", "--model", "lama-3.1-8b", "--gpu", "h1000", "--tp", "0", "--form", "afine", "--holdout", "2",
            "--folds", "1", "--where", "nothing", "--kv-tokens", "x", "--out", "fit").Refused(
            "there is no file or folder 'none.csv'",
            "no model is called 'lama-3.1-8b'; did you mean",
            "no GPU is called 'h1000'",
            "--tp: '0'",
            "no form is called 'afine'; did you mean affine",
            "--holdout: '2'",
            "--folds: '1'",
            "--where: 'nothing' is not a column and its value",
            "--kv-tokens: 'x'");
        Assert.Empty(scratch.Names);
    }

    [Fact]
    public void Wrong_files_are_refused_with_line_and_column_and_nothing_is_written()
    {
        using var scratch = new Scratch();
        scratch.Write("bad.csv", Header + "0,0,0,8,4,0.01\n-1,1,0,0,0,none\n0,0,0,8\n");
        scratch.Write("other.csv", "colour,size\nred,1\n");
        scratch.Write("few.csv", Header + "0,0,0,8,800,0.01\n");

        scratch.Run("calibrate", "--from", "bad.csv", "other.csv", "--out", "fit").Refused(
            "bad.csv:2: decode_context_tokens",
            "bad.csv:3: prefill_tokens",
            "bad.csv:3: step_seconds",
            "bad.csv:4: 4 cells where the header has 6",
            "other.csv:1: no known kind of file has these columns: colour, size");
        scratch.Run("calibrate", "--from", "few.csv").Refused("too few");
        Assert.Equal(["bad.csv", "few.csv", "other.csv"], scratch.Names);
    }

    [Fact]
    public void Steps_faster_than_the_hardware_are_refused_unless_asked_for()
    {
        using var scratch = new Scratch();
        scratch.Write("steps.csv", Steps(0.1));
        string[] command = ["calibrate", "--from", "steps.csv", "--model", "llama-3.1-8b", "--gpu", "h100", "--json"];

        scratch.Run(command).Refused("faster than the hardware", "GB at 3.35 TB/s", "--keep-impossible");
        JsonElement kept = scratch.Run([.. command, "--keep-impossible"]).Succeeded().Json;
        Assert.Contains("rows faster than the hardware were kept", kept.GetProperty("notes").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Recorded_layers_give_a_profile_that_plan_accepts()
    {
        string layers = SharedData.PathOf("profiles/llmservingsim_vllm0190/RTXPRO6000/meta-llama/Llama-3.1-8B/bf16/tp1");
        using var scratch = new Scratch();

        JsonElement json = scratch.Run(
            "calibrate", "--from", layers, "--model", "llama-3.1-8b", "--gpu", "rtx-pro-6000", "--out", "fit", "--json").Succeeded().Json;

        Assert.InRange(json.GetProperty("held_out").GetProperty("median_absolute_relative_error").GetDouble(), 0, 0.05);
        Assert.Equal(0, json.GetProperty("rows").GetProperty("rejected").GetInt32());
        scratch.Run(
            "simulate", "--model", "llama-3.1-8b", "--gpu", "rtx-pro-6000", "--step-time", "profile:fit/profile.csv",
            "--prompt", "const:512", "--output", "const:64", "--arrivals", "poisson:2", "--requests", "20", "--json").Succeeded();
    }

    /// <summary>Decodes, prompts, chunks and mixtures at known prices, times a factor.</summary>
    private static string Steps(double factor = 1)
    {
        var rows = new List<string>();
        void Add(int prefill, int history, int decodes, long context)
        {
            double mixed = prefill > 0 ? context : 0;
            double seconds = factor * (0.011 + (40e-6 * prefill) + (20e-6 * decodes) + (80e-9 * context) + (30e-9 * mixed));
            rows.Add(string.Create(CultureInfo.InvariantCulture, $"{prefill},{Math.Sign(prefill)},{history},{decodes},{context},{seconds:R}\n"));
        }

        foreach (int decodes in (int[])[1, 2, 4, 8, 16, 32, 48, 64, 96, 128])
        {
            Add(0, 0, decodes, decodes * 100L);
            Add(0, 0, decodes, decodes * 1_000L);
            Add(256, 0, decodes, decodes * 500L);
        }

        foreach (int prefill in (int[])[16, 64, 128, 256, 512, 1_024, 2_048])
        {
            Add(prefill, 0, 0, 0);
            Add(prefill, 1_024, 0, 0);
        }

        return Header + string.Concat(rows);
    }
}
