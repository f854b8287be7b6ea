using System.CommandLine;
using System.Globalization;
using Plimsoll.Cli.Options;
using Plimsoll.Core;
using Plimsoll.Metrics.Reports;
using Plimsoll.Planning.Fleet;
using Plimsoll.Workloads.Arrivals;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Cli.Setup;

/// <summary>The traffic a plan is for, as the user described it.</summary>
internal sealed class FleetPlanTraffic
{
    private const double DefaultPeakSeconds = 3600;
    private const int RatesShown = 96;

    private readonly Traffic? _trace;
    private readonly DrawnFleetTraffic? _drawn;
    private readonly double? _rate;
    private readonly double _peakSeconds;
    private IReadOnlyList<InferenceRequest> _recorded = [];
    private double _rateFactor = 1;

    private FleetPlanTraffic(Traffic? trace, DrawnFleetTraffic? drawn, double? rate, double peakSeconds) =>
        (_trace, _drawn, _rate, _peakSeconds) = (trace, drawn, rate, peakSeconds);

    /// <summary>What to call it.</summary>
    public required string Name { get; init; }

    /// <summary>The settings, for the report.</summary>
    public required IReadOnlyList<ReportEntry> Configuration { get; init; }

    /// <summary>What a reader must know of it; complete when it was read.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Reads the options; null when something is wrong with them.</summary>
    public static FleetPlanTraffic? From(FleetPlanOptions options, ParseResult parsed, InputProblems problems)
    {
        int before = problems.Sentences.Count;
        TrafficOptions traffic = options.Engine.Traffic;
        double? rate = options.Rate.Read(parsed, problems);
        Duration peak = options.PeakWindow.Read(parsed, problems) ?? Duration.FromSeconds(DefaultPeakSeconds);
        if (peak == Duration.Zero)
        {
            problems.Add(options.PeakWindow.Option.Name, "a stretch of no length holds no traffic");
        }

        bool recorded = parsed.GetValue(traffic.Trace) is not null;
        Traffic? trace = recorded ? Traffic.From(traffic, parsed, problems) : null;
        if (trace?.ClosedConcurrency is not null || parsed.GetValue(traffic.Arrivals) == "backlog")
        {
            problems.Add("--arrivals", $"'{parsed.GetValue(traffic.Arrivals)}' has no rate to plan for; write poisson:RATE or recorded");
        }

        DrawnFleetTraffic? drawn = recorded ? null : Drawn(options, parsed, rate, problems);
        if (problems.Sentences.Count > before)
        {
            return null;
        }

        (string? prompt, string? output, string? arrivals) =
            (parsed.GetValue(traffic.Prompt), parsed.GetValue(traffic.Output), parsed.GetValue(traffic.Arrivals));
        List<ReportEntry> entries = trace is not null ? [.. trace.Configuration]
            : [new("prompt", prompt!), new("output", output!), new("arrivals", arrivals ?? "poisson:" + Text(rate!.Value))];
        if (rate is { } wanted)
        {
            entries.Add(new("rate", Text(wanted)));
        }

        return new FleetPlanTraffic(trace, drawn, rate, peak.Seconds)
        {
            Name = trace?.Name ?? $"prompt {prompt}, output {output}",
            Configuration = entries,
        };
    }

    /// <summary>Reads the trace, if there is one; null when something is wrong with it, or the user pressed Ctrl-C.</summary>
    public FleetTraffic? Read(ulong seed, InputProblems problems)
    {
        if (_trace is null)
        {
            return _drawn;
        }

        if (RecordedTraffic.Read(_trace, new RandomTree(seed), problems) is not { } recorded)
        {
            return null;
        }

        IReadOnlyList<InferenceRequest> busiest = BusiestStretch.Of(recorded, _peakSeconds);
        double own = RecordedFleetTraffic.RateOf(busiest);
        if (_rate is null && !double.IsFinite(own))
        {
            problems.Add("--rate", $"the requests of {_trace.Name} have no times from which a rate follows; say how many come in a second");
            return null;
        }

        _recorded = double.IsFinite(own) ? recorded : [];
        _rateFactor = (_rate ?? own) / own;
        if (busiest.Count < recorded.Count)
        {
            Notes.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"The trace is long: planned for its busiest {Units.Seconds(_peakSeconds)}, "
                + $"{busiest.Count:#,0} of {recorded.Count:#,0} requests (--peak-window)."));
        }

        return new RecordedFleetTraffic(busiest, _rate);
    }

    /// <summary>Whether its rate over time is known.</summary>
    public bool HasTimes => _recorded.Count > 1;

    /// <summary>Its rate over time in parts; for the picture about a hundred.</summary>
    public DailyProfile? Profile(double? partSeconds, double capacity) => !HasTimes ? null : DailyProfile.Of(
        _recorded, partSeconds ?? ((_recorded[^1].Arrival - _recorded[0].Arrival).Seconds / RatesShown), _rateFactor, capacity);

    /// <summary>Parts of this length that the trace has.</summary>
    public double PartsOf(double partSeconds) => HasTimes ? (_recorded[^1].Arrival - _recorded[0].Arrival).Seconds / partSeconds : 0;

    private static DrawnFleetTraffic? Drawn(FleetPlanOptions options, ParseResult parsed, double? rate, InputProblems problems)
    {
        TrafficOptions traffic = options.Engine.Traffic;
        traffic.RefuseIdle(null, parsed, problems);
        if (parsed.GetValue(traffic.Requests.Option) is not null)
        {
            problems.Add("--requests", "there is no trace to take the first requests of; --requests-per-run says how long to simulate");
        }

        (string? prompt, string? output, string? arrivals) =
            (parsed.GetValue(traffic.Prompt), parsed.GetValue(traffic.Output), parsed.GetValue(traffic.Arrivals));
        if (prompt is null || output is null)
        {
            string missing = prompt is null && output is null ? "--trace" : prompt is null ? "--prompt" : "--output";
            problems.Add(missing, "there is no traffic: give a --trace, or --prompt and --output with --arrivals or --rate");
        }
        else if (arrivals is null && rate is null && parsed.GetValue(options.Rate.Option) is null)
        {
            problems.Add("--rate", "say how many requests come in a second, or give --arrivals");
        }

        ArrivalProcess? process = rate is { } perSecond ? new PoissonArrivals(perSecond) : null;
        if (arrivals is not null)
        {
            if (!ArrivalParser.TryParse(arrivals, out process, out string problem))
            {
                problems.Add("--arrivals", problem);
            }
            else if (process is not OpenArrivals and not BacklogArrivals)
            {
                problems.Add("--arrivals", $"'{arrivals}' has no rate to plan for; write poisson:RATE, gamma:RATE:CV or constant:RATE");
            }
            else if (rate is not null)
            {
                problems.Add("--rate", "--arrivals says it already; leave one of them out");
            }
        }

        LengthDistribution? promptLaw = LengthsOf("--prompt", prompt, problems);
        LengthDistribution? outputLaw = LengthsOf("--output", output, problems);
        return promptLaw is not null && outputLaw is not null && process is OpenArrivals open
            ? new DrawnFleetTraffic(open, promptLaw, outputLaw) : null;
    }

    private static LengthDistribution? LengthsOf(string option, string? text, InputProblems problems)
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

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
