using System.CommandLine;
using System.Globalization;
using Plimsoll.Cli.Options;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Workloads;
using Plimsoll.Workloads.Arrivals;
using Plimsoll.Workloads.Lengths;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Cli.Setup;

/// <summary>The traffic a user asked for: opened anew for each run, the same each time for the same randomness.</summary>
internal sealed class Traffic
{
    private readonly string? _trace;
    private readonly Func<RandomTree, IRequestSource>? _generate;
    private readonly TraceOptions _traceOptions = new();
    private readonly ArrivalProcess? _arrivals;
    private readonly long? _requests;

    private Traffic(string trace, TraceOptions traceOptions, ArrivalProcess? arrivals, long? requests) =>
        (_trace, _traceOptions, _arrivals, _requests, Name) = (trace, traceOptions, arrivals, requests, Path.GetFileName(trace.TrimEnd('/')));

    private Traffic(string name, Func<RandomTree, IRequestSource> generate, ArrivalProcess? arrivals, long? requests) =>
        (Name, _generate, _arrivals, _requests) = (name, generate, arrivals, requests);

    /// <summary>Requests in the system, when arrivals are a closed loop.</summary>
    public int? ClosedConcurrency => (_arrivals as ClosedArrivals)?.Concurrency;

    public bool SkipBadRows { get; private init; }

    /// <summary>Whether each replication draws traffic of its own.</summary>
    public bool IsRandom => _trace is null || _arrivals is OpenArrivals and not BacklogArrivals || Directory.Exists(_trace);

    /// <summary>How many requests will come, if that is known.</summary>
    public long? Expected => _trace is null ? _requests : null;

    /// <summary>What to call it in a report.</summary>
    public string Name { get; }

    /// <summary>The settings, for the report.</summary>
    public IReadOnlyList<ReportEntry> Configuration { get; private init; } = [];

    /// <summary>Reads the options; null when something is wrong with them.</summary>
    public static Traffic? From(TrafficOptions options, ParseResult parsed, InputProblems problems)
    {
        int before = problems.Sentences.Count;
        string? trace = parsed.GetValue(options.Trace);
        string? prompt = parsed.GetValue(options.Prompt);
        string? output = parsed.GetValue(options.Output);
        string? arrivals = parsed.GetValue(options.Arrivals);
        long? requests = options.Requests.Read(parsed, problems);
        string? lengths = parsed.GetValue(options.Lengths);
        if (lengths is not null && (prompt ?? output) is not null)
        {
            problems.Add("--lengths", "draws prompts and outputs together; leave --prompt and --output out");
        }
        else if (lengths is not null && trace is not null)
        {
            problems.Add("--lengths", "a trace brings its own lengths; leave this out");
        }
        else if (trace is null && lengths is null && (prompt is null || output is null))
        {
            problems.Add("--trace", "give a trace, or --prompt and --output (and --arrivals and --requests) for generated traffic");
        }
        else if (trace is not null && (prompt ?? output) is not null)
        {
            problems.Add(prompt is null ? "--output" : "--prompt", "a trace brings its own lengths; leave this out");
        }
        else if (trace is null && parsed.GetValue(options.Requests.Option) is null)
        {
            problems.Add("--requests", "say how many requests to generate");
        }

        if (trace is null && (prompt ?? lengths) is not null && arrivals is null)
        {
            problems.Add("--arrivals", $"generated traffic needs arrivals; write {ArrivalParser.Forms}");
        }

        if (trace is not null and not "-" && !File.Exists(trace) && !Directory.Exists(trace))
        {
            problems.Add("--trace", $"there is no file or folder '{trace}'");
        }

        options.RefuseIdle(trace, parsed, problems);
        ArrivalProcess? process = ParseArrivals(arrivals, trace is not null, problems);
        LengthDistribution? promptLengths = ParseLength("--prompt", prompt, problems);
        LengthDistribution? outputLengths = ParseLength("--output", output, problems);
        ILengthPairs? pairs = ParsePairs(lengths, problems);
        var traceOptions = new TraceOptions
        {
            Format = parsed.GetValue(options.Format),
            SpreadBuckets = parsed.GetValue(options.SpreadBuckets),
            RateScale = options.RateScale.Read(parsed, problems) ?? 1,
            WindowStart = options.WindowStart.Read(parsed, problems) ?? Duration.Zero,
            WindowLength = options.WindowLength.Read(parsed, problems),
        };
        if (problems.Sentences.Count > before)
        {
            return null;
        }

        IReadOnlyList<ReportEntry> configuration = Describe(trace, prompt, output, lengths, arrivals, requests);
        return trace is null
            ? new Traffic("generated traffic", Generator(process!, promptLengths, outputLengths, pairs, requests!.Value), process, requests) { Configuration = configuration }
            : new Traffic(trace, traceOptions, process, requests) { Configuration = configuration, SkipBadRows = parsed.GetValue(options.SkipBadRows) };
    }

    /// <summary>Traffic of a shape of our own.</summary>
    public static Traffic Of(string name, IReadOnlyList<ReportEntry> configuration, Func<RandomTree, IRequestSource> generate) =>
        new(name, generate, arrivals: null, requests: null) { Configuration = configuration };

    /// <summary>
    /// Opens the traffic. What is wrong with a trace is found while it is read and then stands in the opened traffic's problems.
    /// Null when it cannot be opened at all.
    /// </summary>
    public OpenedTraffic? Open(RandomTree random, InputProblems problems)
    {
        if (_generate is not null)
        {
            return new OpenedTraffic(_generate(random), null, null, new TraceProblems());
        }

        var found = new TraceProblems();
        Stream? stream = null;
        ITraceSource? trace;
        TraceOptions options = _traceOptions with { Random = random };
        if (Directory.Exists(_trace))
        {
            trace = TraceReader.OpenFolder(new FolderOnDisk(_trace), options, found);
        }
        else
        {
            stream = _trace == "-" ? Console.OpenStandardInput() : File.OpenRead(_trace!);
            trace = TraceReader.Open(_trace == "-" ? "standard input" : _trace!, stream, options, found);
        }

        if (trace is null)
        {
            stream?.Dispose();
            problems.Add(found);
            return null;
        }

        IRequestSource source = _requests is { } most ? new Limited(trace, most) : trace;
        if (_arrivals is not null)
        {
            source = _arrivals.ApplyTo(source, random);
        }

        return new OpenedTraffic(source, trace, stream, found);
    }

    /// <summary>A trace without arrival times needs them from the user.</summary>
    public bool LacksArrivals(TraceNotes notes) => notes.LengthsOnly && _arrivals is null or RecordedArrivals;

    private static Func<RandomTree, IRequestSource> Generator(
        ArrivalProcess arrivals, LengthDistribution? prompt, LengthDistribution? output, ILengthPairs? pairs, long requests)
    {
        return random => arrivals is OpenArrivals open ? Draw(open, random) : arrivals.ApplyTo(Draw(new BacklogArrivals(), random), random);

        IRequestSource Draw(OpenArrivals open, RandomTree random) => pairs is not null
            ? new PairedSource(open, pairs, requests, random)
            : new GeneratedSource(open, prompt!, output!, requests, random);
    }

    private static ILengthPairs? ParsePairs(string? text, InputProblems problems)
    {
        if (text is null)
        {
            return null;
        }

        if (!LengthPairsParser.TryParse(text, out ILengthPairs? pairs, out string problem))
        {
            problems.Add("--lengths", problem);
        }

        return pairs;
    }

    private static ArrivalProcess? ParseArrivals(string? text, bool onTrace, InputProblems problems)
    {
        if (text is null)
        {
            return null;
        }

        if (!ArrivalParser.TryParse(text, out ArrivalProcess? arrivals, out string problem))
        {
            problems.Add("--arrivals", problem);
        }
        else if (arrivals is RecordedArrivals && !onTrace)
        {
            problems.Add("--arrivals", $"'{text}' keeps the times of a trace, and there is no --trace");
        }

        return arrivals;
    }

    internal static LengthDistribution? ParseLength(string option, string? text, InputProblems problems)
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

    private static List<ReportEntry> Describe(string? trace, string? prompt, string? output, string? lengths, string? arrivals, long? requests)
    {
        List<ReportEntry> entries = [];
        void Add(string name, string? value)
        {
            if (value is not null)
            {
                entries.Add(new ReportEntry(name, value));
            }
        }

        Add("trace", trace is null ? null : Path.GetFileName(trace.TrimEnd('/')));
        Add("prompt", prompt);
        Add("output", output);
        Add("lengths", lengths);
        Add("arrivals", arrivals ?? (trace is null ? null : "recorded"));
        Add("requests", requests?.ToString(CultureInfo.InvariantCulture));
        return entries;
    }
}
