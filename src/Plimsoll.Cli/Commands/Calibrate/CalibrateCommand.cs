using System.CommandLine;
using Plimsoll.Calibration.Fitting;
using Plimsoll.Calibration.Profiles;
using Plimsoll.Calibration.Replay;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Performance;

namespace Plimsoll.Cli.Commands.Calibrate;

/// <summary><c>plimsoll calibrate</c>: a step time from what was measured.</summary>
internal static class CalibrateCommand
{
    private const string Help = """
        Fit a step time to what was measured: step profiles and logs, metrics of an engine over time, bench records, operator tables, whole
        requests. The form is chosen by cross-validation, rows that the hardware cannot have done are refused, and the error is stated on a part
        that the fit has not seen.

        Examples:
          plimsoll calibrate --from steps.csv --model llama-3.1-8b --gpu h100 --out fit
          plimsoll simulate --step-time profile:fit/profile.csv --model llama-3.1-8b --gpu h100
          plimsoll calibrate --from dense.csv per_sequence.csv attention.csv --model llama-3.1-8b --form table
          plimsoll calibrate --from bench/requests.csv --kv-tokens 200000 --max-sequences 64 --out fit
          plimsoll calibrate --from perf_model.csv --where hardware=h100-80gb tensor_parallel=8 --holdout 0.3 --json
        """;

    /// <summary>What understands requests that ran beside each other on this engine.</summary>
    private static OverlappingRequests ReplayFor(CalibrateInput input) => new(input.Engine.ToReplay);

    public static Command Create()
    {
        var options = new CalibrateOptions();
        var command = new Command("calibrate", Help);
        options.AddTo(command);
        command.SetAction(parsed => Run(parsed, options));
        return command;
    }

    private static int Run(ParseResult parsed, CalibrateOptions options)
    {
        var problems = new InputProblems();
        string? folder = options.Output.FolderOf(parsed, problems);
        CalibrateInput? input = CalibrateInput.From(options, parsed, problems);
        if (input is null || problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        SourceReading reading = SourceReader.Read(input.Files, input.Target, input.TokenBudget);
        foreach (InputProblem problem in reading.Problems)
        {
            problems.Add(problem);
        }

        if (problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        StepTimeCalibration? fit = ReadingFit.Run(reading, input.Fit, ReplayFor(input), out string reason);
        if (fit is null)
        {
            problems.Add("--from", reason);
            return Terminal.Refuse(problems);
        }

        var report = CalibrateReport.Of(input, reading, fit);
        var forms = new ReportForms(
            writer => CalibrateHtml.Write(report, writer), stream => CalibrateJson.Write(report, stream), writer => CalibrateText.Write(report, writer));
        forms.Write(folder, parsed.GetValue(options.Output.Json), to => WriteTables(report, to));
        return ExitCode.Done;
    }

    private static void WriteTables(CalibrateReport report, OutputFolder to)
    {
        string[] comments = [report.Title, $"form {report.Fit.Chosen.Name}", .. report.Configuration.Select(entry => $"{entry.Name}: {entry.Value}")];
        if (report.HasProfile)
        {
            to.WriteText("profile.csv", writer => ProfileTable.Write(report.Profile, comments, writer));
        }

        to.Write("parameters.json", stream => CalibrateJson.WriteParameters(report, stream));
    }
}
