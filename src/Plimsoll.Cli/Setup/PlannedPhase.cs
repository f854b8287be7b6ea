using System.CommandLine;
using System.Globalization;
using Plimsoll.Cli.Options;
using Plimsoll.Performance;
using Plimsoll.Performance.StepTime;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Cli.Setup;

/// <summary>A phase of traffic as the user described it.</summary>
/// <param name="Name">The description.</param>
/// <param name="Share">Its share of the requests, any positive number.</param>
/// <param name="Prompt">Law of prompt lengths.</param>
/// <param name="Output">Law of output lengths.</param>
/// <param name="StepTime">Its own step times; null for the replica's.</param>
internal sealed record PlannedPhase(string Name, double Share, LengthDistribution Prompt, LengthDistribution Output, IStepTimeModel? StepTime)
{
    /// <summary>
    /// Reads <c>--prompt</c> and <c>--output</c>, or every <c>--phase</c>; empty for a trace, or when something is wrong.
    /// </summary>
    public static IReadOnlyList<PlannedPhase> From(LoadLineOptions options, ParseResult parsed, InputProblems problems)
    {
        TrafficOptions traffic = options.Traffic;
        string[] phases = parsed.GetValue(options.Phase) ?? [];
        (string? trace, string? prompt, string? output) =
            (parsed.GetValue(traffic.Trace), parsed.GetValue(traffic.Prompt), parsed.GetValue(traffic.Output));
        bool lengths = (prompt ?? output) is not null;
        if ((trace is null ? 0 : 1) + (lengths ? 1 : 0) + (phases.Length > 0 ? 1 : 0) > 1)
        {
            problems.Add("--trace", "a trace, --prompt with --output, and --phase exclude each other");
        }
        else if (trace is null && phases.Length == 0 && (prompt is null || output is null))
        {
            problems.Add(prompt is null ? "--prompt" : "--output", "give --prompt and --output, a --trace, or each --phase of the traffic");
        }

        List<PlannedPhase> read = [];
        LengthDistribution? promptLaw = Lengths("--prompt", prompt, problems);
        LengthDistribution? outputLaw = Lengths("--output", output, problems);
        if (promptLaw is not null && outputLaw is not null)
        {
            read.Add(new PlannedPhase($"prompt {prompt}, output {output}", 1, promptLaw, outputLaw, null));
        }

        foreach (string text in phases)
        {
            if (Phase(text, problems) is { } phase)
            {
                read.Add(phase);
            }
        }

        double shares = read.Sum(phase => phase.Share);
        return [.. read.Select(phase => phase with { Share = phase.Share / shares })];
    }

    private static PlannedPhase? Phase(string text, InputProblems problems)
    {
        string[] parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is < 3 or > 4)
        {
            problems.Add("--phase", $"'{text}' is not a phase; write 'SHARE PROMPT OUTPUT [STEP_TIME]'");
            return null;
        }

        bool isShare = double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double share) && share is > 0 and < 1e12;
        if (!isShare)
        {
            problems.Add("--phase", $"'{parts[0]}' is not a share of the requests; write a number above 0");
        }

        LengthDistribution? prompt = Lengths("--phase", parts[1], problems);
        LengthDistribution? output = Lengths("--phase", parts[2], problems);
        ReadResult<IStepTimeModel>? step = parts.Length > 3 ? StepTimeSpec.Parse(parts[3], File.OpenRead) : null;
        foreach (InputProblem problem in step?.Problems ?? [])
        {
            problems.Add("--phase", problem.ToString());
        }

        return isShare && prompt is not null && output is not null && (step is null || step.Value is not null)
            ? new PlannedPhase($"prompt {parts[1]}, output {parts[2]}", share, prompt, output, step?.Value)
            : null;
    }

    private static LengthDistribution? Lengths(string option, string? text, InputProblems problems)
    {
        if (text is null)
        {
            return null;
        }

        if (!LengthParser.TryParse(text, File.OpenRead, out LengthDistribution? law, out string problem))
        {
            problems.Add(option, problem);
        }

        return law;
    }
}
