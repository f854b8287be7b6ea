using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Core;
using Plimsoll.Planning.Afd;

namespace Plimsoll.Cli.Commands.Plans;

/// <summary><c>plimsoll plan afd</c>: how many Attention instances to one FFN instance?</summary>
internal static class PlanAfdCommand
{
    private const string Help = """
        How many Attention instances should feed one FFN instance, when decode runs them apart (AFD)? Closed forms, with loads at their
        mean and with the barrier at which all wait for the slowest, checked by simulation.

        Costs are α:β, time per token and fixed time; any unit of time will do, the same for all three.

        Examples:
          plimsoll plan afd --prompt const:100 --output geometric:500 --batch 256 --attention 0.00165:50 --ffn 0.083:100 --comm 0.022:20
          plimsoll plan afd --trace conversation.csv --batch 128 --attention 0.00165:50 --ffn 0.083:100 --comm 0.022:20 --out report
          plimsoll plan afd --prompt const:100 --output geometric:500 --batch 256 --attention .00165:50 --ffn .083:100 --comm .022:20 --json
          plimsoll plan afd --trace conversation.csv --batch 128 --attention .00165:50 --ffn .083:100 --comm .022:20 --power 400:700 --json
        """;

    public static Command Create()
    {
        var options = new AfdOptions(new TrafficOptions());
        var command = new Command("afd", Help);
        options.AddTo(command);
        command.SetAction(parsed => Run(parsed, options));
        return command;
    }

    private static int Run(ParseResult parsed, AfdOptions options)
    {
        var problems = new InputProblems();
        ulong seed = options.Output.SeedOf(parsed, problems);
        string? folder = options.Output.FolderOf(parsed, problems);
        AfdInput? input = AfdInput.From(options, parsed, ratio: null, problems);
        if (problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        AfdReport report = Answer(input!, seed);
        var forms = new ReportForms(
            writer => AfdHtml.Write(report, writer), stream => AfdJson.Write(report, stream), writer => AfdText.Write(report, writer));
        forms.Write(folder, parsed.GetValue(options.Output.Json), to => to.WriteText("curve.csv", writer => WriteCurve(report, writer)));
        return report.Partial ? ExitCode.Interrupted : ExitCode.Done;
    }

    private static AfdReport Answer(AfdInput input, ulong seed)
    {
        var clock = Stopwatch.StartNew();
        var report = new AfdReport
        {
            Title = $"Attention/FFN ratio for {input.Name}",
            Plan = AfdPlan.Of(input.Question),
            Simulation = input.Simulation,
            Seed = seed,
            ClosedFormSeconds = clock.Elapsed.TotalSeconds,
            Configuration = input.Configuration,
        };
        report = report with { Notes = [.. input.Notes, .. AfdNotes.Of(report.Plan, input.Simulation)] };
        if (input.Simulation is null)
        {
            return report;
        }

        clock.Restart();
        using var progress = new RunProgress(null);
        return report with
        {
            Simulated = AfdSimulations.Run(
                input.Question, report.Plan.BarrierAware.Ratio, input.Simulation, new RandomTree(seed), progress),
            Partial = progress.Interrupted,
            SimulationSeconds = clock.Elapsed.TotalSeconds,
        };
    }

    private static void WriteCurve(AfdReport report, TextWriter output)
    {
        output.Write("ratio,ffn_time,comm_time,mean_field,barrier_aware,overlapped,");
        output.Write("simulated,simulated_low,simulated_high,attention_idle,ffn_idle\n");
        foreach (AfdCurvePoint point in report.Plan.Curve)
        {
            SimulatedRatio? simulated = report.SimulatedAt(point.Ratio);
            double?[] values =
            [
                point.Ratio, point.FfnTime, point.CommunicationTime, point.MeanField.ThroughputPerInstance,
                point.BarrierAware.ThroughputPerInstance, point.Overlapped.ThroughputPerInstance, simulated?.Throughput.Mean,
                simulated?.Throughput.Low, simulated?.Throughput.High, simulated?.AttentionIdle.Mean, simulated?.FfnIdle.Mean,
            ];
            output.Write(string.Join(',', values.Select(
                value => value is { } number && double.IsFinite(number) ? number.ToString(CultureInfo.InvariantCulture) : "")));
            output.Write('\n');
        }
    }
}
