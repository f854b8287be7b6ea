using System.CommandLine;
using Plimsoll.Cli.Setup;
using Plimsoll.Core;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Cli.Options;

/// <summary>Where requests come from: a trace, or lengths and arrivals.</summary>
internal sealed class TrafficOptions
{
    public Option<string?> Trace { get; } = Opt.Text("--trace", "Trace file (plain or gzip, format recognised by content) or ServeGen folder; - for standard input.", "FILE");

    public Option<string?> Format { get; } = Opt.Text("--format", "Read the trace as this format instead of recognising it.", "NAME");

    public Option<bool> SkipBadRows { get; } = Opt.Flag("--skip-bad-rows", "Leave out rows that are wrong and say how many, instead of refusing the trace.");

    public Option<bool> SpreadBuckets { get; } = Opt.Flag("--spread-buckets", "Spread requests that share an arrival time over their 3 s bucket (Mooncake).");

    public Setting<double> RateScale { get; } = Opt.Real("--rate-scale", "Multiply the rates of a ServeGen model.", 1e-9, 1e9);

    public Setting<Duration> WindowStart { get; } = Opt.Time("--window-start", "Where a ServeGen model's window begins.");

    public Setting<Duration> WindowLength { get; } = Opt.Time("--window-length", "How long a ServeGen model's window is.");

    public Option<string?> Prompt { get; } = Opt.Text("--prompt", "Prompt lengths: const:N, uniform:A:B, geometric:M, lognormal:MEDIAN:MEAN[:CAP], normal:MEAN:SD:MIN:MAX, empirical:FILE#COLUMN.", "D");

    public Option<string?> Output { get; } = Opt.Text("--output", "Output lengths, in the same forms.", "D");

    public Option<string?> Lengths { get; } = Opt.Text("--lengths", $"Instead of --prompt and --output, both together: {LengthPairsParser.Forms}.", "D");

    public Option<string?> Arrivals { get; } = Opt.Text("--arrivals", "poisson:RATE, gamma:RATE:CV, constant:RATE, ramp:FROM:TO:SECONDS, closed:CONCURRENCY, backlog, recorded, recorded*FACTOR; on a trace they replace its own times.", "A");

    public Setting<long> Requests { get; } = Opt.Big("--requests", "How many requests (of a trace: the first so many).", 1, 1_000_000_000_000);

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { Trace, Format, SkipBadRows, SpreadBuckets, RateScale.Option, WindowStart.Option, WindowLength.Option, Prompt, Output, Lengths, Arrivals, Requests.Option })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What says when requests come, and of how many kinds: nothing to those whose slots are always full.</summary>
    public IEnumerable<Option> OfArrivals =>
        [SpreadBuckets, RateScale.Option, WindowStart.Option, WindowLength.Option, Lengths, Arrivals, Requests.Option];

    /// <summary>Refuses options that would change nothing: those for files with a folder, and the other way round.</summary>
    /// <param name="trace">Path of the trace; null when traffic is generated.</param>
    /// <param name="parsed">The options.</param>
    /// <param name="problems">Gathers what is wrong.</param>
    public void RefuseIdle(string? trace, ParseResult parsed, InputProblems problems)
    {
        bool folder = Directory.Exists(trace);
        string why = trace is null ? "there is no trace to read" : folder ? $"'{trace}' is a folder, and this is for files" : "this is for ServeGen folders";
        IEnumerable<Option> forFiles = folder || trace is null ? [Format, SpreadBuckets] : [];
        IEnumerable<Option> forFolders = folder ? [] : [RateScale.Option, WindowStart.Option, WindowLength.Option];
        foreach (Option option in forFiles.Concat(forFolders).Where(option => IsGiven(option, parsed)))
        {
            problems.Add(option.Name, why);
        }
    }

    /// <summary>Whether the user gave this option.</summary>
    public static bool IsGiven(Option option, ParseResult parsed) => parsed.GetResult(option) is { Implicit: false };
}
