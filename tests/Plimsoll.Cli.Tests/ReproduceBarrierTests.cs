using System.Text.Json;

namespace Plimsoll.Cli.Tests;

/// <summary>Experiments with barrier groups, on scenarios small enough for a test.</summary>
public sealed class ReproduceBarrierTests
{
    private const string Setting =
        "\"name\": \"small\", \"lengths\": \"burst\", \"workers\": 4, \"slots\": 8, \"requests\": 1200";

    [Fact]
    public void Policies_stand_in_their_cases_as_the_samples_say() => Assert.All(
        Cli.Run("reproduce", "balancing-cases", "--json").Succeeded().Json.GetProperty("experiments")[0].GetProperty("claims").EnumerateArray(),
        claim => Assert.True(claim.GetProperty("holds").GetBoolean(), claim.ToString()));

    [Fact]
    public void The_table_sets_our_numbers_beside_those_that_are_known()
    {
        JsonElement experiment = Run("bf-io", $$"""
            {
              "seeds": 2,
              "policies": ["fcfs-fill", "bf-io:horizon=0", "even-keel"],
              "settings": [{
                {{Setting}}, "headline": "bf-io:horizon=0",
                "printed": [
                  { "policy": "fcfs-fill", "imbalance": 5000, "output_tokens_per_second": 100, "kilojoules": 10 },
                  { "policy": "bf-io:horizon=0", "output_tokens_per_second": 110, "kilojoules": 9, "idle_fraction": 0.1 }
                ]
              }]
            }
            """);

        JsonElement[] rows = [.. experiment.GetProperty("rows").EnumerateArray()];
        Assert.Equal((4 * 3) + 1, rows.Length);
        JsonElement known = rows.Single(row => row.GetProperty("measure").GetString() == "idle fraction");
        Assert.Equal(("bf-io:horizon=0", "0.1"), (known.GetProperty("policy").GetString(), known.GetProperty("printed").GetString()));
        string[] claims = Claims(experiment);
        Assert.Equal(7, claims.Length);
        Assert.Contains(claims, claim => claim.Contains("gains as much throughput over fcfs-fill as printed", StringComparison.Ordinal));
        Assert.Contains(claims, claim => claim.Contains("in the printed order", StringComparison.Ordinal));
        Assert.Contains(claims, claim => claim.Contains("even-keel has the least imbalance", StringComparison.Ordinal));
    }

    [Fact]
    public void Gains_are_swept_over_slots_and_workers_and_energy_keeps_its_bounds()
    {
        using var scratch = new Scratch();
        JsonElement experiment = Run(scratch, "bf-io-scaling", """
            {
              "seeds": 2,
              "prompt_tokens": "uniform:1:2000", "output_tokens": "geometric:60", "rounds": 20,
              "policies": ["fcfs-fill", "bf-io:horizon=0"],
              "slots_sweep": { "workers": 4, "slots": [4, 16] },
              "workers_sweep": { "slots": 8, "workers": [2, 4, 8] }
            }
            """);

        Assert.Equal(2 * 5, experiment.GetProperty("rows").GetArrayLength());
        JsonElement bounds = experiment.GetProperty("claims").EnumerateArray()
            .Single(claim => claim.GetProperty("statement").GetString()!.Contains("bounds that idle fractions give", StringComparison.Ordinal));
        Assert.True(bounds.GetProperty("holds").GetBoolean(), bounds.ToString());
        Assert.Equal("20 of 20 runs", bounds.GetProperty("found").GetString());
        string page = scratch.Read("report/report.html");
        Assert.Contains("Gain over slots", page, StringComparison.Ordinal);
        Assert.Contains("Gain over workers", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_predictions_looking_ahead_is_looking_at_the_present()
    {
        JsonElement experiment = Run("bf-io-prediction", $$"""
            {
              "seeds": 2,
              "setting": { {{Setting}} },
              "policies_without_predictions": ["bf-io:horizon=0", "fcfs-fill"],
              "policies": ["bf-io:horizon=20", "even-keel"],
              "predictions": ["exact", "noisy:2", "none"]
            }
            """);

        JsonElement[] rows = [.. experiment.GetProperty("rows").EnumerateArray()];
        Assert.Equal(2 * (2 + (2 * 3)), rows.Length);
        Assert.Equal(2, Claims(experiment).Length);
        Assert.All(
            rows.Where(row => row.GetProperty("setting").GetString() is "none" or "without predictions"
                && row.GetProperty("policy").GetString()!.StartsWith("bf-io", StringComparison.Ordinal)),
            row => Assert.Equal(1, row.GetProperty("ratio").GetProperty("mean").GetDouble()));
    }

    [Fact]
    public void Recorded_traffic_that_is_not_there_is_left_out_with_a_remark()
    {
        using var scratch = new Scratch();
        scratch.Write("rows.csv", Scratch.Header + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i},{50 + (i * 37 % 400)},{1 + (i * 7 % 30)}\n")));
        const string Machine = "\"model\": \"llama-3.1-8b\", \"gpu\": \"h100-sxm-80gb\", \"tensor_parallel\": 1, \"workers\": 2";
        JsonElement experiment = Run(scratch, "balancing-traffic", $$"""
            {
              "seeds": 2,
              "policies": ["fcfs-fill", "jsq-tokens"],
              "settings": [
                { "name": "here", "trace": "rows.csv", {{Machine}}, "speedup": 100, "requests": 40 },
                { "name": "there", "trace": "none.csv", {{Machine}}, "speedup": 1, "requests": 40 }
              ]
            }
            """);

        Assert.Contains(experiment.GetProperty("notes").EnumerateArray(), note =>
            note.GetString()!.Contains("there was not run: the data folder (--data) does not hold none.csv", StringComparison.Ordinal));
        Assert.All(experiment.GetProperty("rows").EnumerateArray(), row => Assert.Equal("here", row.GetProperty("setting").GetString()));
        Assert.Equal(2 * 6, experiment.GetProperty("rows").GetArrayLength());
        Assert.Equal(2, experiment.GetProperty("seeds").GetInt32());
    }

    [Fact]
    public void What_is_wrong_with_a_scenario_is_said_at_once()
    {
        using var scratch = new Scratch();
        scratch.Write("bf-io.json", $$"""
            { "seeds": 1, "policies": ["jsq-tokens", "jsq-token"], "settings": [{ {{Setting}}, "lenghts": "burst" }] }
            """);
        scratch.Run(["reproduce", "bf-io", "--scenarios", scratch.Folder]).Refused(
            "policies: fcfs-fill must be among them", "'jsq-token'", "settings[0].lenghts: not a known field");
        scratch.Write("balancing-cases.json", $$"""
            { "seeds": 1, "cases": [{ {{Setting}}, "arrivals": "closed:4", "measure": "speed", "order": ["fcfs-fill"] }] }
            """);
        scratch.Run(["reproduce", "balancing-cases", "--scenarios", scratch.Folder]).Refused(
            "arrivals: must be open", "measure: must be one of throughput");
    }

    private static JsonElement Run(string name, string scenario)
    {
        using var scratch = new Scratch();
        return Run(scratch, name, scenario);
    }

    private static JsonElement Run(Scratch scratch, string name, string scenario)
    {
        scratch.Write(name + ".json", scenario);
        string[] folders = ["--scenarios", scratch.Folder, "--data", scratch.Folder, "--out", "report"];
        return scratch.Run(["reproduce", name, .. folders, "--json"]).Succeeded().Json.GetProperty("experiments")[0];
    }

    private static string[] Claims(JsonElement experiment) =>
        [.. experiment.GetProperty("claims").EnumerateArray().Select(claim => claim.GetProperty("statement").GetString()!)];
}
