using System.Globalization;
using Plimsoll.Cli.Setup;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Metrics.Reports.Reproductions;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>An experiment whose scenario was read and is in order.</summary>
/// <param name="Entry">What it is.</param>
/// <param name="Experiment">It, ready to run.</param>
/// <param name="Seeds">How often.</param>
/// <param name="Setting">The scenario's fields, with what the command line says instead.</param>
internal sealed record ReadExperiment(ExperimentEntry Entry, IExperiment Experiment, int Seeds, IReadOnlyList<ReportEntry> Setting)
{
    /// <summary>Reads its scenario; null when something is wrong with it.</summary>
    public static ReadExperiment? From(ExperimentEntry entry, string? folder, ExperimentInputs inputs, InputProblems problems)
    {
        int before = problems.Sentences.Count;
        if (ScenarioFiles.Read(entry.Name, folder, problems) is not { } fields)
        {
            return null;
        }

        int seeds = fields.Whole("seeds", 1, 100_000);
        IExperiment experiment = entry.Read(fields, inputs);
        fields.ReportUnknown();
        return problems.Sentences.Count > before
            ? null
            : new ReadExperiment(entry, experiment, inputs.Seeds ?? seeds, [.. fields.Entries.Select(field => Effective(field, inputs))]);
    }

    /// <summary>Runs it.</summary>
    public ReproducedExperiment Run(RandomTree random, int threads)
    {
        var conditions = new ExperimentConditions(Seeds, random, threads);
        ExperimentFindings findings = Experiment.Run(conditions);
        return new ReproducedExperiment
        {
            Name = Entry.Name,
            Title = Entry.Title,
            Source = Entry.Source,
            Published = Entry.Published,
            Seeds = findings.Seeds,
            Setting = Setting,
            Rows = findings.Rows,
            Claims = findings.Claims,
            Figures = findings.Figures,
            Notes = findings.Notes,
            Skipped = findings.Skipped,
            Partial = conditions.Interrupted,
        };
    }

    private static ReportEntry Effective(ReportEntry field, ExperimentInputs inputs) => field.Name switch
    {
        "seeds" when inputs.Seeds is { } seeds => new ReportEntry(field.Name, seeds.ToString(CultureInfo.InvariantCulture)),
        "jobs" when inputs.Jobs is { } jobs => new ReportEntry(field.Name, jobs.ToString(CultureInfo.InvariantCulture)),
        _ => field,
    };
}
