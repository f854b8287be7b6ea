using System.CommandLine;
using Plimsoll.Cli.Options;
using Plimsoll.Core;
using Plimsoll.Workloads;
using Plimsoll.Workloads.Arrivals;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Cli.Setup;

/// <summary>Lists of jobs to schedule: one from a file, or as many as wanted, drawn from distributions and all there at round 0.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="IsRandom">Whether each replication draws a list of its own.</param>
/// <param name="Draw">The list of a replication.</param>
internal sealed record JobSource(string Name, bool IsRandom, Func<RandomTree, IReadOnlyList<InferenceRequest>> Draw)
{
    /// <summary>Reads the options; null when something is wrong with them.</summary>
    public static JobSource? From(ScheduleOptions options, ParseResult parsed, InputProblems problems)
    {
        string? path = parsed.GetValue(options.Jobs);
        string? prompt = parsed.GetValue(options.Prompt);
        string? output = parsed.GetValue(options.OutputLengths);
        int? requests = options.Requests.Read(parsed, problems);
        if (path is not null)
        {
            if ((prompt ?? output) is not null || requests is not null)
            {
                problems.Add("--jobs", "a file brings its own jobs; leave --prompt, --output and --requests out");
            }

            return JobFile.Read(path, problems) is { } file ? new JobSource(file.Name, IsRandom: false, _ => file.Jobs) : null;
        }

        if (prompt is null || output is null || requests is null)
        {
            problems.Add("--jobs", "give a file of jobs, or --prompt, --output and --requests to draw some");
        }

        LengthDistribution? prompts = Lengths("--prompt", prompt, problems);
        LengthDistribution? outputs = Lengths("--output", output, problems);
        return prompts is null || outputs is null || requests is null ? null
            : new JobSource($"{prompt} / {output}", IsRandom: true, random => Generate(prompts, outputs, requests.Value, random));
    }

    private static LengthDistribution? Lengths(string option, string? text, InputProblems problems)
    {
        if (text is null)
        {
            return null;
        }

        if (!LengthParser.TryParse(text, File.OpenRead, out LengthDistribution? lengths, out string problem))
        {
            problems.Add(option, problem);
        }

        return lengths;
    }

    private static InferenceRequest[] Generate(LengthDistribution prompts, LengthDistribution outputs, int requests, RandomTree random)
    {
        var source = new GeneratedSource(new BacklogArrivals(), prompts, outputs, requests, random);
        var jobs = new InferenceRequest[requests];
        for (int read = 0; read < requests;)
        {
            read += source.Read(jobs.AsSpan(read));
        }

        return jobs;
    }
}
