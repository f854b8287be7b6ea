using System.CommandLine;
using System.Globalization;
using Plimsoll.Cli.Commands.Traces;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Setup;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Planning.Afd;
using Plimsoll.Simulation.Disaggregation;
using Plimsoll.Workloads.Lengths;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Cli.Commands.Plans;

/// <summary>What a user asked of <c>plan afd</c>, complete and in order.</summary>
/// <param name="Question">The question.</param>
/// <param name="Name">What to call the requests.</param>
/// <param name="Simulation">How to check it; null for closed forms alone.</param>
/// <param name="Configuration">The settings, for the report.</param>
/// <param name="Notes">What is to be said about a trace.</param>
internal sealed record AfdInput(
    AfdQuestion Question, string Name, AfdSimulationPlan? Simulation, IReadOnlyList<ReportEntry> Configuration, IReadOnlyList<string> Notes)
{
    private const int MostRequests = 20_000_000;
    private const double OutputsOfRun = 40;
    private const int LeastDefaultSteps = 2_000;
    private const int MostDefaultSteps = 200_000;
    private const long MostSlots = 20_000_000;

    /// <summary>Reads the options; null when something is wrong with them.</summary>
    /// <param name="options">The options.</param>
    /// <param name="parsed">What was given.</param>
    /// <param name="ratio">The only ratio that matters; null for all up to --max-ratio.</param>
    /// <param name="problems">Gathers what is wrong.</param>
    public static AfdInput? From(AfdOptions options, ParseResult parsed, int? ratio, InputProblems problems)
    {
        int before = problems.Sentences.Count;
        int slots = Required(options.Batch, "say how many request slots an Attention instance has", parsed, problems);
        AfdCosts costs = Costs(options, parsed, problems);
        long? horizon = options.Horizon.Read(parsed, problems);
        int maxRatio = ratio ?? options.MaxRatio.Read(parsed, problems) ?? 32;
        int microbatches = options.Microbatches.Read(parsed, problems) ?? 2;
        RolePowers? powers = options.Power.Read(parsed, problems);
        int? steps = options.Steps.Read(parsed, problems);
        int replications = options.Replications.Read(parsed, problems) ?? 5;
        int threads = options.Threads.Read(parsed, problems) ?? Environment.ProcessorCount;
        bool simulate = !parsed.GetValue(options.NoSimulate);
        if (horizon is not null && steps is not null)
        {
            problems.Add("--steps", "--horizon says how long a run is; leave one of them out");
        }

        if (simulate && (long)slots * maxRatio * microbatches > MostSlots)
        {
            problems.Add(
                "--batch",
                $"{slots * (long)maxRatio * microbatches:#,0} slots (by ratio and microbatches) are too many to simulate; {MostSlots:#,0} are the most"
                    + (ratio is null ? ", and --no-simulate takes any number" : ""));
        }

        List<string> notes = [];
        AfdWorkload? workload = ReadWorkload(options.Traffic, parsed, notes, problems);
        if (problems.Sentences.Count > before || workload is null)
        {
            return null;
        }

        int runSteps = StepsOf(workload, slots, horizon, steps, simulate, problems);
        if (problems.Sentences.Count > before)
        {
            return null;
        }

        var question = new AfdQuestion
        {
            Workload = workload,
            Costs = costs,
            Slots = slots,
            HorizonRequests = horizon,
            MaxRatio = maxRatio,
            Microbatches = microbatches,
            Powers = powers,
        };
        AfdStart start = horizon is null ? AfdStart.Stationary : AfdStart.Empty;
        return new AfdInput(
            question,
            NameOf(options.Traffic, parsed),
            simulate ? new AfdSimulationPlan(runSteps, start, replications, threads) : null,
            Settings(options, parsed),
            notes);
    }

    private static int StepsOf(AfdWorkload workload, int slots, long? horizon, int? steps, bool simulate, InputProblems problems)
    {
        double wanted = horizon is { } requests
            ? Math.Max(1, Math.Round(workload.StepsFor(requests, slots)))
            : steps ?? Math.Clamp(Math.Round(OutputsOfRun * workload.Traffic.MeanOutputTokens), LeastDefaultSteps, MostDefaultSteps);
        if (simulate && wanted > AfdOptions.MostSteps)
        {
            problems.Add("--horizon", string.Create(
                CultureInfo.InvariantCulture,
                $"it takes {wanted:#,0} steps, and {AfdOptions.MostSteps:#,0} are the most to simulate; --no-simulate takes any"));
        }

        return (int)Math.Min(wanted, AfdOptions.MostSteps);
    }

    private static AfdCosts Costs(AfdOptions options, ParseResult parsed, InputProblems problems)
    {
        AffineCost attention = Required(options.Attention, "say what a step of an Attention instance takes, α:β", parsed, problems);
        AffineCost ffn = Required(options.Ffn, "say what a step of the FFN instance takes, α:β", parsed, problems);
        AffineCost communication = Required(options.Communication, "say what the way there and back takes, α:β", parsed, problems);
        string which = parsed.GetValue(options.CommunicationSlots) ?? "instance";
        if (which is not ("instance" or "all"))
        {
            problems.Add("--comm-slots", $"'{which}' is neither instance nor all");
        }

        if (new[] { options.Attention, options.Ffn, options.Communication }.All(cost => parsed.GetValue(cost.Option) is not null)
            && (attention, ffn, communication) == (default, default, default) && !problems.Any)
        {
            problems.Add("--attention", "with --ffn and --comm zero as well, steps take no time");
        }

        return new AfdCosts(
            attention, ffn, communication, which == "all" ? CommunicationScaling.AllInstances : CommunicationScaling.OneInstance);
    }

    private static T Required<T>(Setting<T> setting, string what, ParseResult parsed, InputProblems problems)
        where T : struct
    {
        if (parsed.GetValue(setting.Option) is null)
        {
            problems.Add(setting.Option.Name, what);
        }

        return setting.Read(parsed, problems) ?? default;
    }

    private static AfdWorkload? ReadWorkload(TrafficOptions options, ParseResult parsed, List<string> notes, InputProblems problems)
    {
        string? trace = parsed.GetValue(options.Trace);
        string? prompt = parsed.GetValue(options.Prompt);
        string? output = parsed.GetValue(options.Output);
        options.RefuseIdle(trace, parsed, problems);
        if (trace is not null)
        {
            if ((prompt ?? output) is not null)
            {
                problems.Add(prompt is null ? "--output" : "--prompt", "a trace brings its own lengths; leave this out");
            }

            return ReadTrace(trace, options, parsed, notes, problems);
        }

        if (prompt is null || output is null)
        {
            problems.Add("--prompt", "give --prompt and --output, or a --trace");
        }

        LengthDistribution? prompts = ParseLength("--prompt", prompt, problems);
        LengthDistribution? outputs = ParseLength("--output", output, problems);
        return prompts is null || outputs is null ? null : AfdWorkload.OfLengths(prompts, outputs);
    }

    private static AfdWorkload? ReadTrace(
        string path, TrafficOptions options, ParseResult parsed, List<string> notes, InputProblems problems)
    {
        if (Directory.Exists(path))
        {
            problems.Add("--trace", $"'{path}' is a folder; draw requests from it with trace convert");
            return null;
        }

        if (path != "-" && !File.Exists(path))
        {
            problems.Add("--trace", $"there is no file '{path}'");
            return null;
        }

        using OpenedTrace? trace = OpenedTrace.Open(path, new TraceOptions { Format = parsed.GetValue(options.Format) }, problems);
        if (trace is null)
        {
            return null;
        }

        List<SlotRequest> requests = [];
        var block = new InferenceRequest[1024];
        for (int read = trace.Source.Read(block); read > 0 && requests.Count < MostRequests; read = trace.Source.Read(block))
        {
            requests.AddRange(block.Take(read).Select(request => new SlotRequest(request.PromptTokens, request.OutputTokens)));
        }

        if (trace.Problems.MustFail(parsed.GetValue(options.SkipBadRows)))
        {
            problems.Add(trace.Problems);
            return null;
        }

        if (requests.Count is 0 or >= MostRequests)
        {
            string count = requests.Count == 0 ? "no requests" : $"{MostRequests:#,0} requests or more; take a slice";
            problems.Add("--trace", $"{OpenedTrace.NameOf(path)} holds {count}");
            return null;
        }

        notes.AddRange(trace.Notes());
        return AfdWorkload.OfRequests(requests);
    }

    private static LengthDistribution? ParseLength(string option, string? text, InputProblems problems)
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

    private static string NameOf(TrafficOptions options, ParseResult parsed) => parsed.GetValue(options.Trace) is { } trace
        ? Path.GetFileName(OpenedTrace.NameOf(trace))
        : $"prompts {parsed.GetValue(options.Prompt)}, outputs {parsed.GetValue(options.Output)}";

    private static List<ReportEntry> Settings(AfdOptions options, ParseResult parsed)
    {
        List<ReportEntry> entries = [];
        foreach (Option<string?> option in new[]
        {
            options.Traffic.Trace, options.Traffic.Prompt, options.Traffic.Output, options.Batch.Option, options.Attention.Option,
            options.Ffn.Option, options.Communication.Option, options.CommunicationSlots, options.Horizon.Option, options.Ratio.Option, options.MaxRatio.Option,
            options.Microbatches.Option, options.Power.Option, options.Steps.Option, options.Replications.Option,
        })
        {
            if (parsed.GetValue(option) is { } value)
            {
                string text = option == options.Traffic.Trace ? Path.GetFileName(value) : value;
                entries.Add(new ReportEntry(option.Name[2..].Replace('-', '_'), text));
            }
        }

        return entries;
    }
}
