using System.CommandLine;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Setup;
using Plimsoll.Core;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Cli.Commands.Traces;

/// <summary>How to read traces, as options: the same ones as where traffic is simulated.</summary>
internal sealed class TraceReading
{
    private readonly TrafficOptions _options = new();

    /// <summary>Adds the options for files.</summary>
    public void AddFileOptions(Command command)
    {
        command.Options.Add(_options.Format);
        command.Options.Add(_options.SkipBadRows);
        command.Options.Add(_options.SpreadBuckets);
    }

    /// <summary>Adds the options for folders from which requests are drawn.</summary>
    public void AddModelOptions(Command command)
    {
        command.Options.Add(_options.RateScale.Option);
        command.Options.Add(_options.WindowStart.Option);
        command.Options.Add(_options.WindowLength.Option);
    }

    public bool SkipBadRows(ParseResult parsed) => parsed.GetValue(_options.SkipBadRows);

    /// <summary>Reads the options for one trace; what makes no sense for it is among the problems.</summary>
    public TraceOptions OptionsFor(string path, ParseResult parsed, RandomTree random, InputProblems problems)
    {
        _options.RefuseIdle(path, parsed, problems);
        return new TraceOptions
        {
            Format = parsed.GetValue(_options.Format),
            SpreadBuckets = parsed.GetValue(_options.SpreadBuckets),
            Random = random,
            RateScale = _options.RateScale.Read(parsed, problems) ?? 1,
            WindowStart = _options.WindowStart.Read(parsed, problems) ?? Duration.Zero,
            WindowLength = _options.WindowLength.Read(parsed, problems),
        };
    }
}
