using System.CommandLine;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Core;
using Plimsoll.Workloads;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Cli.Commands.Traces;

/// <summary><c>plimsoll trace slice</c>: a piece of a trace, its times counted from zero.</summary>
internal sealed class TraceSliceCommand
{
    private const string Help = """
        Cut a piece out of a trace; its times count from the beginning of the piece.

        Examples:
          plimsoll trace slice conversation.csv rush-hour.csv --from 10m --until 20m
          plimsoll trace slice mooncake.jsonl.gz head.jsonl --first 1000
          plimsoll trace slice conversation.csv middle.csv.gz --skip 1000 --first 500
        """;

    private readonly Argument<string> _input = Arg.Required<string>("IN", "Trace file; - for standard input.");
    private readonly TraceDestination _destination = new();
    private readonly TraceReading _reading = new();
    private readonly Setting<Duration> _from = Opt.Time("--from", "Keep requests that arrive at this time or later (default: the start).");
    private readonly Setting<Duration> _until = Opt.Time("--until", "Keep requests that arrive before this time (default: the end).");
    private readonly Setting<long> _first = Opt.Big("--first", "Keep that many requests.", 1, 1_000_000_000_000);
    private readonly Setting<long> _skip = Opt.Big("--skip", "Leave out that many requests before them.", 0, 1_000_000_000_000);

    private TraceSliceCommand()
    {
    }

    public static Command Create()
    {
        var slice = new TraceSliceCommand();
        var command = new Command("slice", Help) { slice._input };
        slice._destination.AddTo(command);
        slice._reading.AddFileOptions(command);
        foreach (Option option in new Option[] { slice._from.Option, slice._until.Option, slice._first.Option, slice._skip.Option })
        {
            command.Options.Add(option);
        }

        command.SetAction(slice.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var problems = new InputProblems();
        string path = parsed.GetRequiredValue(_input);
        Piece piece = ReadPiece(parsed, problems);
        TraceOptions options = _reading.OptionsFor(path, parsed, new RandomTree(1), problems);
        _destination.Format(parsed, TraceFormats.Plimsoll, problems);
        _destination.Check(parsed, path, problems);
        if (Directory.Exists(path))
        {
            problems.Add(path, "a folder has no requests to cut; draw some with trace convert, --window-start and --window-length");
        }

        if (problems.Any)
        {
            OpenedTrace.Exists(path, problems);
            return Terminal.Refuse(problems);
        }

        using OpenedTrace? trace = OpenedTrace.Open(path, options, problems);
        return trace is null ? Terminal.Refuse(problems) : Write(trace, piece, parsed);
    }

    private int Write(OpenedTrace trace, Piece piece, ParseResult parsed)
    {
        TraceFormat own = trace.Source.Format;
        return new TraceWriting
        {
            Path = _destination.Path(parsed),
            Format = _destination.Format(parsed, own.CanWrite ? own : TraceFormats.Plimsoll, new InputProblems())!,
            Requests = piece.Of(trace.Source),
            // One by one, so that what lies behind the piece is not read and cannot be wrong.
            BlockRequests = 1,
            Verify = (kept, found) => Verify(trace, kept, _reading.SkipBadRows(parsed), found),
            Notes = trace.Notes,
            Json = _destination.Json(parsed),
        }.Execute();
    }

    private static void Verify(OpenedTrace trace, long kept, bool skipBadRows, InputProblems problems)
    {
        if (trace.Problems.MustFail(skipBadRows))
        {
            problems.Add(trace.Problems);
        }
        else if (kept == 0)
        {
            string hint = trace.Source.Notes.LengthsOnly ? "; it has no arrival times" : "";
            problems.Add("IN", $"no request of the trace lies in that piece{hint}");
        }
    }

    private Piece ReadPiece(ParseResult parsed, InputProblems problems)
    {
        var piece = new Piece(
            _from.Read(parsed, problems), _until.Read(parsed, problems), _skip.Read(parsed, problems), _first.Read(parsed, problems));
        bool byTime = parsed.GetValue(_from.Option) is not null || parsed.GetValue(_until.Option) is not null;
        bool byNumber = parsed.GetValue(_skip.Option) is not null || parsed.GetValue(_first.Option) is not null;
        if (byTime == byNumber)
        {
            problems.Add("--from", byTime
                ? "cut by time (--from, --until) or by number (--skip, --first), not by both"
                : "say which piece: --from and --until, or --skip and --first");
        }

        if (piece.From is { } from && piece.Until is { } until && from.Nanoseconds >= until.Nanoseconds)
        {
            problems.Add("--until", $"must be later than --from ({until} is not later than {from})");
        }

        return piece;
    }

    /// <summary>What to keep.</summary>
    private readonly record struct Piece(Duration? From, Duration? Until, long? Skip, long? First)
    {
        public Sliced Of(IRequestSource requests)
        {
            if (Skip is null && First is null)
            {
                Instant end = Until is { } until ? Instant.Zero + until : Instant.Never;
                return Sliced.ByTime(requests, Instant.Zero + (From ?? Duration.Zero), end);
            }

            long last = First is { } count ? (Skip ?? 0) + count : long.MaxValue;
            return Sliced.ByRequest(new Limited(requests, last), Skip ?? 0, last);
        }
    }
}
