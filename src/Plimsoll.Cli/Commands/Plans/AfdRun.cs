using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Reports.Html;
using Plimsoll.Simulation.Disaggregation;

namespace Plimsoll.Cli.Commands.Plans;

/// <summary><c>plimsoll simulate --topology afd</c>: one run of one ratio, and who waits for whom in it.</summary>
internal static class AfdRun
{
    public static int Run(ParseResult parsed, AfdOptions options, OutputOptions output, bool table, InputProblems problems)
    {
        int? ratio = options.Ratio.Read(parsed, problems);
        if (ratio is null && !TrafficOptions.IsGiven(options.Ratio.Option, parsed))
        {
            problems.Add(options.Ratio.Option.Name, "say how many Attention instances feed the FFN instance");
        }

        if (table)
        {
            problems.Add("--request-table", "requests of Attention and FFN apart have no lines of their own");
        }

        ulong seed = output.SeedOf(parsed, problems);
        string? folder = output.FolderOf(parsed, problems);
        AfdInput? input = AfdInput.From(options, parsed, ratio ?? 1, problems);
        if (problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        var clock = Stopwatch.StartNew();
        using var progress = new RunProgress(null);
        AfdOutcome? outcome = AfdSimulation.Execute(ScenarioOf(input!, ratio!.Value), new RandomTree(seed), () => progress.Interrupted);
        if (outcome is null)
        {
            Terminal.Say("interrupted: an unfinished run says nothing");
            return ExitCode.Interrupted;
        }

        string title = $"{input!.Name} on {ratio} Attention instances to one FFN instance";
        var forms = new ReportForms(
            writer => WriteHtml(title, input, outcome, seed, writer),
            stream => JsonReport.WriteDocument(stream, json => WriteFields(json, title, input, outcome, seed, clock.Elapsed.TotalSeconds)),
            writer => WriteText(title, input, outcome, writer));
        forms.Write(folder, parsed.GetValue(output.Json));
        return ExitCode.Done;
    }

    private static AfdScenario ScenarioOf(AfdInput input, int ratio) => new()
    {
        Ratio = ratio,
        SlotsPerInstance = input.Question.Slots,
        Microbatches = input.Question.Microbatches,
        Costs = input.Question.Costs,
        Steps = input.Simulation!.Steps,
        Start = input.Simulation.Start,
        Traffic = input.Question.Workload.Traffic,
    };

    // Every microbatch takes as many steps, so that one step of one of them takes the run's length over their number.
    private static double StepTime(AfdInput input, AfdOutcome outcome) => outcome.EndTicks / outcome.TicksPerUnit / input.Simulation!.Steps;

    private static (string Name, double Value, Func<double, string> Format)[] Values(AfdInput input, AfdOutcome outcome) =>
    [
        ("throughput per instance", outcome.ThroughputPerInstance, AfdText.Number),
        ("throughput", outcome.ThroughputPerInstance * (outcome.Ratio + 1), AfdText.Number),
        ("time per output token", StepTime(input, outcome), AfdText.Number),
        ("Attention idle", outcome.AttentionIdleFraction, Units.Percent),
        ("FFN idle", outcome.FfnIdleFraction, Units.Percent),
        ("mean KV tokens of a slot", outcome.MeanSlotLoad, AfdText.Number),
        ("requests completed", outcome.Completions, AfdText.Number),
        ("output tokens", outcome.Tokens, AfdText.Number),
    ];

    private static void WriteText(string title, AfdInput input, AfdOutcome outcome, TextWriter output)
    {
        output.Write(title + "\n\n");
        TextTable.Write(output, [.. Values(input, outcome).Select(value => new[] { value.Name, value.Format(value.Value) })]);
        output.Write("\nTimes are in the unit of the cost coefficients; the FFN instance counts as an instance.\n");
        foreach (string note in input.Notes)
        {
            output.Write(note + "\n");
        }
    }

    private static void WriteHtml(string title, AfdInput input, AfdOutcome outcome, ulong seed, TextWriter output)
    {
        HtmlPage page = new(title, "Decode with Attention and FFN on instances of their own, step by step.");
        page.Facts(
        [
            new("seed", seed.ToString(CultureInfo.InvariantCulture)), new("digest", outcome.Digest.ToString("x16", CultureInfo.InvariantCulture)),
        ]);
        page.Table(new HtmlTable(
            "What came of it", ["", "value"], [.. Values(input, outcome).Select(value => new HtmlCell[] { value.Name, value.Format(value.Value) })]));
        page.Section("What was asked");
        page.Table(new HtmlTable(
            "Configuration", ["setting", "value"], [.. input.Configuration.Select(entry => new HtmlCell[] { entry.Name, entry.Value })], Textual: true));
        page.Section("Notes");
        page.Notes(["Times are in the unit of the cost coefficients; the FFN instance counts as an instance.", .. input.Notes]);
        page.Write(output);
    }

    private static void WriteFields(Utf8JsonWriter json, string title, AfdInput input, AfdOutcome outcome, ulong seed, double wallSeconds)
    {
        json.WriteString("title", title);
        json.WriteString("topology", "afd");
        json.WriteStartObject("afd");
        json.WriteNumber("ratio", outcome.Ratio);
        json.WriteNumber("slots_per_instance", input.Question.Slots);
        json.WriteNumber("microbatches", input.Question.Microbatches);
        json.WriteNumber("steps", input.Simulation!.Steps);
        json.WriteString("start", input.Simulation.Start == AfdStart.Empty ? "empty" : "stationary");
        JsonReport.WriteNumber(json, "throughput_per_instance", outcome.ThroughputPerInstance);
        JsonReport.WriteNumber(json, "throughput", outcome.ThroughputPerInstance * (outcome.Ratio + 1));
        JsonReport.WriteNumber(json, "time_per_output_token", StepTime(input, outcome));
        JsonReport.WriteNumber(json, "attention_idle_fraction", outcome.AttentionIdleFraction);
        JsonReport.WriteNumber(json, "ffn_idle_fraction", outcome.FfnIdleFraction);
        JsonReport.WriteNumber(json, "slot_load", outcome.MeanSlotLoad);
        json.WriteEndObject();
        json.WriteStartObject("requests");
        json.WriteNumber("completed", outcome.Completions);
        json.WriteNumber("output_tokens", outcome.Tokens);
        json.WriteEndObject();
        JsonReport.WriteDigest(json, outcome.Digest);
        json.WriteNumber("seed", seed);
        JsonReport.WriteEntries(json, "configuration", input.Configuration);
        JsonReport.WriteStrings(json, "notes", input.Notes);
        json.WriteStartObject("wall");
        JsonReport.WriteNumber(json, "seconds", wallSeconds);
        json.WriteEndObject();
    }
}
