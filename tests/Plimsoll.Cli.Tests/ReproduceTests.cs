using System.Text.Json;
using Plimsoll.Testing;

namespace Plimsoll.Cli.Tests;

/// <summary><c>plimsoll reproduce</c>.</summary>
public sealed class ReproduceTests
{
    private static readonly string[] Names =
        ["mc-sf-hindsight", "mc-sf-lmsys", "intervals", "sorted-f", "lp-bound", "loadline-table1", "afd-ratio", "negative-controls", "balancing-cases"];

    public static TheoryData<string> Experiments => [.. Names];

    [Fact]
    public void Every_scenario_has_an_experiment_and_every_experiment_a_scenario()
    {
        string[] listed = [.. Cli.Run("reproduce", "--list", "--json").Succeeded().Json.GetProperty("experiments").EnumerateArray()
            .Select(entry => entry.GetProperty("name").GetString()!)];

        Assert.Empty(Names.Except(listed));
        Assert.Equal(
            listed.Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Repository.PathOf("samples/scenarios"))
                .Select(file => Path.GetFileNameWithoutExtension(file))
                .Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Experiments))]
    public void Every_scenario_runs(string name)
    {
        JsonElement experiment = Run(name, "--seeds", "2");

        Assert.Equal(name, experiment.GetProperty("name").GetString());
        if (experiment.GetProperty("skipped").ValueKind == JsonValueKind.String)
        {
            Assert.Equal("lp-bound", name);
            Assert.Skip(experiment.GetProperty("skipped").GetString()!);
        }

        Assert.Equal(2, experiment.GetProperty("seeds").GetInt32());
        Assert.All(Rows(experiment), row => Assert.True(
            row.GetProperty("mark").ValueKind == JsonValueKind.String || double.IsFinite(row.GetProperty("mean").GetDouble()),
            row.ToString()));
        Assert.All(Rows(experiment).Where(row => row.GetProperty("ratio").ValueKind == JsonValueKind.Object), row =>
        {
            JsonElement ratio = row.GetProperty("ratio");
            double least = ratio.GetProperty("least").GetDouble();
            Assert.InRange(ratio.GetProperty("mean").GetDouble(), least, ratio.GetProperty("greatest").GetDouble());
        });
    }

    [Fact]
    public void The_scenarios_in_the_repository_are_those_in_the_program()
    {
        string folder = Repository.PathOf("samples/scenarios");

        Assert.Equal(
            Run("negative-controls", "--seeds", "1").ToString(),
            Run("negative-controls", "--seeds", "1", "--scenarios", folder).ToString());
    }

    [Fact]
    public void Any_number_of_threads_finds_the_same()
    {
        string[] small = ["--seeds", "6", "--jobs", "5"];
        string one = Run("mc-sf-hindsight", [.. small, "--threads", "1"]).ToString();

        Assert.Equal(one, Run("mc-sf-hindsight", [.. small, "--threads", "4"]).ToString());
        Assert.NotEqual(one, Run("mc-sf-hindsight", [.. small, "--seed", "2"]).ToString());
    }

    [Fact]
    public void No_policy_beats_the_optimum_and_none_is_below_the_relaxation()
    {
        JsonElement experiment = Run("mc-sf-hindsight", "--seeds", "12", "--jobs", "6");

        Assert.Equal(("12", "6"), (Setting(experiment, "seeds"), Setting(experiment, "jobs")));
        Assert.All(Rows(experiment).Where(row => row.GetProperty("ratio").ValueKind == JsonValueKind.Object), row =>
            Assert.True(row.GetProperty("ratio").GetProperty("least").GetDouble() >= 1 - 1e-9, row.ToString()));
    }

    [Fact]
    public void Where_no_order_can_matter_all_tie_and_a_livelock_is_found_out() => Assert.All(
        Run("negative-controls").GetProperty("claims").EnumerateArray(),
        claim => Assert.True(claim.GetProperty("holds").GetBoolean(), claim.ToString()));

    [Fact]
    public void A_row_that_does_not_tie_is_marked()
    {
        using var scratch = new Scratch();
        string scenario = File.ReadAllText(Repository.PathOf("samples/scenarios/negative-controls.json"));
        scratch.Write("negative-controls.json", scenario.Replace("const:50", "uniform:1:50", StringComparison.Ordinal));

        JsonElement experiment = Run("negative-controls", "--scenarios", scratch.Folder);

        Assert.Contains(Rows(experiment), row => row.GetProperty("setting").GetString() == "equal lengths"
            && row.GetProperty("policy").GetString() == "mc-sf" && row.GetProperty("mark").GetString() == "does not tie");
        Assert.Contains(experiment.GetProperty("claims").EnumerateArray(), claim => !claim.GetProperty("holds").GetBoolean());
    }

    [Fact]
    public void Recorded_lengths_that_are_not_there_are_left_out_with_a_remark()
    {
        using var scratch = new Scratch();

        JsonElement experiment = Run("sorted-f", "--seeds", "1", "--data", scratch.Folder);

        Assert.Contains(experiment.GetProperty("notes").EnumerateArray(), note =>
            note.GetString()!.Contains("was not run: the data folder (--data) does not hold traces/nanoflow", StringComparison.Ordinal));
        Assert.All(Rows(experiment), row => Assert.Equal("look-alike", row.GetProperty("setting").GetString()));
    }

    [Fact]
    public void Recorded_lengths_are_drawn_in_pairs_and_those_that_do_not_fit_are_left_out()
    {
        using var scratch = new Scratch();
        scratch.Write("lengths.csv", Scratch.Header + "0,30,10\n0,90,20\n");
        scratch.Write("sorted-f.json", """
            {
              "seeds": 1,
              "policies": ["shortest-first"],
              "mixes": [{ "name": "m", "kv_tokens": 100, "parts": [{ "jobs": 3, "recorded": "lengths.csv" }] }]
            }
            """);

        JsonElement experiment = Run("sorted-f", "--scenarios", scratch.Folder, "--data", scratch.Folder);

        // Two of three fit together to their ends: 10, 10 and 20 rounds.
        Assert.Equal(40 / 3.0, Rows(experiment).Single().GetProperty("mean").GetDouble(), 12);
        string notes = experiment.GetProperty("notes").ToString();
        Assert.Contains("m: requests of lengths.csv that need more than 100 tokens are left out: 1.", notes, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_wrong_with_a_scenario_is_named_with_file_and_field()
    {
        using var scratch = new Scratch();
        string file = scratch.Write("sorted-f.json", """
            {
              "seeds": 0,
              "polices": [],
              "policies": ["svf", "svff", 3, "svf"],
              "mixes": [
                { "name": "a", "kv_tokens": 10.5, "parts": [] },
                { "name": "b", "kv_tokens": 100, "parts": [{ "jobs": 1, "prompt_tokens": "const:90", "output_tokens": "uniform:1:11" }] },
                { "name": "c", "kv_tokens": 100, "parts": [{ "jobs": 1, "prompt_tokens": "gaussian:3", "output_tokens": "const:1" }] },
                7
              ]
            }
            """);

        Cli.Run("reproduce", "sorted-f", "--scenarios", scratch.Folder).Refused(
            $"{file}: seeds: must be a whole number from 1 to 100000, not 0",
            $"{file}: polices: not a known field; did you mean policies?",
            $"{file}: policies[1]: ",
            $"{file}: policies[2]: must be a text in quotes",
            $"{file}: policies[3]: 'svf' is given twice",
            $"{file}: policies: must name shortest-first",
            $"{file}: mixes[0].kv_tokens: must be a whole number",
            $"{file}: mixes[0].parts: must be a list in brackets with at least one entry",
            $"{file}: mixes[1].parts[0].output_tokens: prompt and output together may be 101 tokens long, and 100 fit",
            $"{file}: mixes[2].parts[0].prompt_tokens: 'gaussian:3' is not a length distribution",
            $"{file}: mixes[3]: must be an object in braces");
    }

    [Theory]
    [InlineData("{", ":1: this is not valid JSON")]
    [InlineData("[]", ":1: the file must hold one JSON object")]
    [InlineData("{}", ": seeds: missing: a whole number from 1 to 100000 is needed")]
    public void A_scenario_that_is_none_is_refused(string content, string complaint)
    {
        using var scratch = new Scratch();
        string file = scratch.Write("intervals.json", content);

        Cli.Run("reproduce", "intervals", "--scenarios", scratch.Folder).Refused(file + complaint);
    }

    [Fact]
    public void Names_and_folders_that_are_not_there_are_refused_together()
    {
        using var scratch = new Scratch();

        scratch.Run("reproduce", "interval", "lp-bound", "--data", "nowhere", "--scenarios", scratch.Folder, "--seeds", "0").Refused(
            "NAME: there is no experiment 'interval'; did you mean intervals?",
            "--data: there is no folder 'nowhere'",
            $"--scenarios: there is no file '{scratch["lp-bound.json"]}'",
            "--seeds: '0' is not a whole number");
        scratch.Run("reproduce", "--seed-count").Refused("--seed-count");
    }

    [Fact]
    public void A_report_is_written_for_people_and_for_programs()
    {
        using var scratch = new Scratch();

        CliResult result = scratch.Run("reproduce", "negative-controls", "--seeds", "2", "--out", "report").Succeeded();

        Assert.Equal(["report.html", "report.json"], scratch.NamesIn("report"));
        Assert.Contains("alpha-greedy:alpha=0.1 (livelock)", result.Output, StringComparison.Ordinal);
        Assert.Contains("all policies tie exactly", scratch.Read("report/report.html"), StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(scratch.Read("report/report.json"));
        Assert.Equal("negative-controls", document.RootElement.GetProperty("experiments")[0].GetProperty("name").GetString());
    }

    // Without recorded lengths, so that machines that have them do the same.
    private static JsonElement Run(string name, params string[] arguments)
    {
        using var scratch = new Scratch();
        return scratch.Run(["reproduce", name, "--json", .. arguments]).Succeeded().Json.GetProperty("experiments")[0];
    }

    private static string? Setting(JsonElement experiment, string field) =>
        experiment.GetProperty("setting").GetProperty(field).GetString();

    private static JsonElement[] Rows(JsonElement experiment) => [.. experiment.GetProperty("rows").EnumerateArray()];
}
