using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Reports.Reproductions;
using Plimsoll.Performance;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary><c>plimsoll reproduce</c>: published experiments as scenarios, the printed numbers beside ours.</summary>
internal static class ReproduceCommand
{
    private const string Help = """
        Run published experiments again and print our numbers, with their intervals over the seeds, beside the printed ones.

        Examples:
          plimsoll reproduce --list
          plimsoll reproduce intervals --seeds 5
          plimsoll reproduce mc-sf-hindsight --seeds 40 --jobs 10 --json
          plimsoll reproduce --out report
        """;

    public static Command Create()
    {
        var options = new ReproduceOptions();
        var command = new Command("reproduce", Help);
        options.AddTo(command);
        command.SetAction(parsed => Run(parsed, options));
        return command;
    }

    private static int Run(ParseResult parsed, ReproduceOptions options)
    {
        if (parsed.GetValue(options.List))
        {
            List(parsed.GetValue(options.Output.Json));
            return ExitCode.Done;
        }

        var problems = new InputProblems();
        ulong seed = options.Output.SeedOf(parsed, problems);
        string? folder = options.Output.FolderOf(parsed, problems);
        int threads = options.Threads.Read(parsed, problems) ?? Environment.ProcessorCount;
        string? scenarios = Folder(parsed, options.Scenarios, problems);
        string data = Folder(parsed, options.Data, problems) ?? Path.Combine("..", "shared", "data");
        var inputs = new ExperimentInputs(data, options.Seeds.Read(parsed, problems), options.Jobs.Read(parsed, problems));
        List<ReadExperiment> experiments = [];
        foreach (ExperimentEntry entry in Chosen(parsed.GetValue(options.Names) ?? [], problems))
        {
            if (ReadExperiment.From(entry, scenarios, inputs, problems) is { } read)
            {
                experiments.Add(read);
            }
        }

        if (problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        ReproductionReport report = Execute(experiments, new RandomTree(seed), threads);
        Write(report, folder, parsed.GetValue(options.Output.Json));
        return report.Partial ? ExitCode.Interrupted
            : report.Experiments.All(experiment => experiment.Skipped.Length > 0) ? ExitCode.Infeasible
            : ExitCode.Done;
    }

    private static ReproductionReport Execute(List<ReadExperiment> experiments, RandomTree random, int threads)
    {
        var clock = Stopwatch.StartNew();
        List<ReproducedExperiment> done = [];
        foreach (ReadExperiment experiment in experiments)
        {
            if (Terminal.IsWatched)
            {
                Terminal.Say($"{experiment.Entry.Name} ({done.Count + 1} of {experiments.Count})");
            }

            done.Add(experiment.Run(random, threads));
            if (done[^1].Partial)
            {
                break;
            }
        }

        return new ReproductionReport(done, random.Seed, clock.Elapsed.TotalSeconds)
        {
            Partial = done.Exists(experiment => experiment.Partial),
        };
    }

    private static string? Folder(ParseResult parsed, Option<string?> option, InputProblems problems)
    {
        string? path = parsed.GetValue(option);
        if (path is not null && !Directory.Exists(path))
        {
            problems.Add(option.Name, $"there is no folder '{path}'");
        }

        return path;
    }

    private static List<ExperimentEntry> Chosen(string[] names, InputProblems problems)
    {
        if (names.Length == 0)
        {
            return [.. ExperimentList.All];
        }

        string[] known = [.. ExperimentList.All.Select(entry => entry.Name)];
        List<ExperimentEntry> chosen = [];
        foreach (string name in names.Distinct())
        {
            if (ExperimentList.All.FirstOrDefault(entry => entry.Name == name) is { } found)
            {
                chosen.Add(found);
            }
            else
            {
                problems.Add("NAME", $"there is no experiment '{name}'{NameSuggestions.Sentence(name, known)}; there are: {string.Join(", ", known)}");
            }
        }

        return chosen;
    }

    private static void List(bool json)
    {
        if (json)
        {
            MachineOutput.Write(WriteList);
            return;
        }

        IEnumerable<string[]> rows = ExperimentList.All.Select(entry => (string[])[entry.Name, entry.Title, entry.Source]);
        TextTable.Write(Console.Out, [["experiment", "what it shows", "source"], .. rows], leftColumns: 3);
    }

    private static void WriteList(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("experiments");
        foreach (ExperimentEntry entry in ExperimentList.All)
        {
            writer.WriteStartObject();
            writer.WriteString("name", entry.Name);
            writer.WriteString("title", entry.Title);
            writer.WriteString("source", entry.Source);
            writer.WriteString("published", entry.Published);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Write(ReproductionReport report, string? folderPath, bool json)
    {
        if (folderPath is not null)
        {
            OutputFolder folder = OutputFolder.Open(folderPath);
            folder.WriteText("report.html", writer => ReproductionHtml.Write(report, writer));
            folder.Write("report.json", stream => ReproductionJson.Write(report, stream));
            Terminal.Say($"wrote {folder.PathOf("report.html")}");
        }

        if (json)
        {
            using Stream standardOutput = Console.OpenStandardOutput();
            ReproductionJson.Write(report, standardOutput);
        }
        else
        {
            ReproductionText.Write(report, Console.Out);
        }
    }
}
