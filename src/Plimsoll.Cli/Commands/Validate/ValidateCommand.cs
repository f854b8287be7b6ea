using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Plimsoll.Calibration.Validation;
using Plimsoll.Calibration.Validation.Reading;
using Plimsoll.Calibration.Validation.Reports;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance;
using Plimsoll.Performance.Catalog;

namespace Plimsoll.Cli.Commands.Validate;

/// <summary><c>plimsoll validate</c>: predictions against measured data, one row for each data set and metric.</summary>
internal static class ValidateCommand
{
    private const string Help = """
        Predict measured runs and say how far off the predictions are. GPUs and models come from the catalogue, engine settings from the data;
        nothing is tuned for a row.

        Examples:
          plimsoll validate --list
          plimsoll validate
          plimsoll validate llmservingsim_vllm --json
          plimsoll validate splitwise mlperf --data measured --out report
        """;

    public static Command Create()
    {
        var options = new ValidateOptions();
        var command = new Command("validate", Help);
        options.AddTo(command);
        command.SetAction(parsed => Run(parsed, options));
        return command;
    }

    private static int Run(ParseResult parsed, ValidateOptions options)
    {
        if (parsed.GetValue(options.List))
        {
            List(parsed.GetValue(options.Output.Json));
            return ExitCode.Done;
        }

        var problems = new InputProblems();
        string? folder = options.Output.FolderOf(parsed, problems);
        string? page = PageOf(parsed, options, problems);
        PerformanceCatalog? catalog = Hardware.CatalogOf(parsed.GetValue(options.Catalog), problems);
        MeasuredFolder? data = MeasuredFolder.From(parsed.GetValue(options.Data), options.Data.Name, problems);
        string[] names = parsed.GetValue(options.Names) ?? [];
        ValidationEntry[] entries = Chosen(names, data, problems);
        if (problems.Any || data is null || catalog is null)
        {
            return Terminal.Refuse(problems);
        }

        List<(ValidationEntry Entry, Func<PerformanceCatalog, ValidatedData> Predict)> read = Read(entries, data, problems);
        if (problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        ValidationReport report = Execute(read, catalog);
        Write(report, folder, page, parsed.GetValue(options.Output.Json));
        return report.Partial ? ExitCode.Interrupted : ExitCode.Done;
    }

    private static List<(ValidationEntry Entry, Func<PerformanceCatalog, ValidatedData> Predict)> Read(
        ValidationEntry[] entries, MeasuredFolder data, InputProblems problems)
    {
        List<(ValidationEntry, Func<PerformanceCatalog, ValidatedData>)> read = [];
        foreach (ValidationEntry entry in entries)
        {
            IReadOnlyList<MeasuredFile> files = data.Of(entry.Name);
            if (files.Count == 0)
            {
                problems.Add(entry.Name, $"the folder '{Path.Combine(data.Path, entry.Name)}' is empty");
                continue;
            }

            List<InputProblem> found = [];
            Func<PerformanceCatalog, ValidatedData>? predict = null;
            try
            {
                predict = entry.Read(files, found);
            }
            catch (InvalidDataException broken)
            {
                problems.Add(entry.Name, $"a file that ends in .gz cannot be unpacked: {broken.Message}");
            }

            foreach (InputProblem problem in found)
            {
                problems.Add(problem);
            }

            if (predict is not null)
            {
                read.Add((entry, predict));
            }
        }

        return read;
    }

    private static ValidationReport Execute(
        List<(ValidationEntry Entry, Func<PerformanceCatalog, ValidatedData> Predict)> read, PerformanceCatalog catalog)
    {
        using var interruption = new Interruption();
        var clock = Stopwatch.StartNew();
        List<ValidatedSet> done = [];
        foreach ((ValidationEntry entry, Func<PerformanceCatalog, ValidatedData> predict) in read)
        {
            if (interruption.Happened)
            {
                break;
            }

            if (Terminal.IsWatched)
            {
                Terminal.Say($"{entry.Name} ({done.Count + 1} of {read.Count})");
            }

            done.Add(new ValidatedSet(entry.Name, entry.Title, predict(catalog)));
        }

        return new ValidationReport(done, clock.Elapsed.TotalSeconds) { Partial = done.Count < read.Count };
    }

    private static ValidationEntry[] Chosen(string[] names, MeasuredFolder? data, InputProblems problems)
    {
        string[] known = [.. ValidationList.All.Select(entry => entry.Name)];
        foreach (string name in names.Where(name => !known.Contains(name)))
        {
            problems.Add("NAME", $"there is no data set '{name}'{NameSuggestions.Sentence(name, known)}; there are: {string.Join(", ", known)}");
        }

        if (data is null)
        {
            return [];
        }

        foreach (string name in names.Where(name => known.Contains(name) && !data.Has(name)))
        {
            problems.Add("NAME", $"'{data.Path}' holds no folder '{name}'");
        }

        ValidationEntry[] chosen = [.. ValidationList.All.Where(entry => names.Length == 0 ? data.Has(entry.Name) : names.Contains(entry.Name))];
        if (chosen.Length == 0 && names.Length == 0)
        {
            problems.Add("--data", $"'{data.Path}' holds none of: {string.Join(", ", known)}");
        }

        return chosen;
    }

    private static string? PageOf(ParseResult parsed, ValidateOptions options, InputProblems problems)
    {
        string? page = parsed.GetValue(options.Page);
        string? folder = page is null ? null : Path.GetDirectoryName(Path.GetFullPath(page));
        if (folder is not null && !Directory.Exists(folder))
        {
            problems.Add(options.Page.Name, $"there is no folder '{folder}'");
        }

        return page;
    }

    private static void List(bool json)
    {
        if (json)
        {
            MachineOutput.Write(WriteList);
            return;
        }

        TextTable.Write(Console.Out, [["data set", "what was measured"], .. ValidationList.All.Select(entry => (string[])[entry.Name, entry.Title])], leftColumns: 2);
    }

    private static void WriteList(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("datasets");
        foreach (ValidationEntry entry in ValidationList.All)
        {
            writer.WriteStartObject();
            writer.WriteString("name", entry.Name);
            writer.WriteString("title", entry.Title);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Write(ValidationReport report, string? folder, string? page, bool json)
    {
        if (page is not null && !report.Partial)
        {
            string path = Path.GetFullPath(page);
            OutputFolder.Open(Path.GetDirectoryName(path)!).WriteText(Path.GetFileName(path), writer => writer.Write(AccuracyPage.Render(report)));
        }

        var forms = new ReportForms(
            writer => ValidationHtml.Write(report, writer),
            stream => ValidationJson.Write(report, stream),
            writer => ValidationText.Write(report, writer));
        forms.Write(folder, json);
    }
}
