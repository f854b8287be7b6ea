using System.CommandLine;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Core;
using Plimsoll.Workloads;
using Plimsoll.Workloads.Arrivals;
using Plimsoll.Workloads.Lengths;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Cli.Commands.Traces;

/// <summary><c>plimsoll trace generate</c>: made-up requests, or sessions of several turns with shared prefixes.</summary>
internal sealed class TraceGenerateCommand
{
    private const string Help = """
        Make up a trace: independent requests, or sessions whose prompts grow turn by turn and share system prompts.

        Examples:
          plimsoll trace generate chat.csv --prompt lognormal:600:1000 --output lognormal:150:250 --arrivals poisson:5 --requests 10000
          plimsoll trace generate bursts.vidur.csv --prompt uniform:10:1600 --output const:50 --arrivals gamma:5:3 --requests 99 --seed 7
          plimsoll trace generate agents.csv.gz --sessions 500 --user-tokens geometric:300 --output geometric:200 --arrivals poisson:0.5
        """;

    private readonly TraceDestination _destination = new();
    private readonly OutputOptions _output = new();
    private readonly TrafficOptions _traffic = new();
    private readonly Setting<long> _sessions = Opt.Big(
        "--sessions", "How many sessions to make up, instead of --requests.", 1, 1_000_000_000);
    private readonly Option<string?> _turns = Opt.Text("--turns", "Turns of a session (default geometric:5).", "D");
    private readonly Option<string?> _userTokens = Opt.Text("--user-tokens", "New tokens of the user in each turn.", "D");
    private readonly Setting<Duration> _turnGap = Opt.Time("--turn-gap", "Mean time from one turn's arrival to the next (default 30s).");
    private readonly Setting<int> _systemTokens = Opt.Count("--system-tokens", "Length of the system prompt (default 0).", 0);
    private readonly Setting<int> _systemPrompts = Opt.Count("--system-prompts", "Different system prompts (default 1).", 1, 1_000_000);
    private readonly Setting<double> _systemSkew = Opt.Real(
        "--system-skew", "Zipf exponent of their popularity (default 0: all alike).", 0, 10);
    private readonly Setting<int> _blockTokens = Opt.Count(
        "--block-tokens", "Tokens that one prefix hash covers (default 16).", 1, 1_000_000);
    private readonly Setting<int> _maxPrompt = Opt.Count(
        "--max-prompt-tokens", "A session ends before a turn with a longer prompt (default 1000000).", 1, 100_000_000);

    private TraceGenerateCommand()
    {
    }

    private Option[] SessionOnly =>
    [
        _turns, _userTokens, _turnGap.Option, _systemTokens.Option, _systemPrompts.Option, _systemSkew.Option, _blockTokens.Option,
        _maxPrompt.Option,
    ];

    public static Command Create()
    {
        var generate = new TraceGenerateCommand();
        var command = new Command("generate", Help);
        generate._destination.AddTo(command);
        Option[] options =
        [
            generate._traffic.Prompt, generate._traffic.Output, generate._traffic.Arrivals, generate._traffic.Requests.Option,
            generate._sessions.Option, .. generate.SessionOnly, generate._output.Seed.Option,
        ];
        foreach (Option option in options)
        {
            command.Options.Add(option);
        }

        command.SetAction(generate.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var problems = new InputProblems();
        var random = new RandomTree(_output.SeedOf(parsed, problems));
        OpenArrivals? arrivals = ArrivalsOf(parsed.GetValue(_traffic.Arrivals), problems);
        bool sessions = parsed.GetValue(_sessions.Option) is not null;
        IRequestSource? source = sessions ? SessionsOf(parsed, arrivals, random, problems) : RequestsOf(parsed, arrivals, random, problems);
        TraceFormat? format = _destination.Format(parsed, TraceFormats.Plimsoll, problems);
        _destination.Check(parsed, null, problems);
        return problems.Any ? Terminal.Refuse(problems) : new TraceWriting
        {
            Path = _destination.Path(parsed),
            Format = format!,
            Requests = source!,
            Json = _destination.Json(parsed),
        }.Execute();
    }

    private GeneratedSource? RequestsOf(ParseResult parsed, OpenArrivals? arrivals, RandomTree random, InputProblems problems)
    {
        LengthDistribution? prompt = Required(_traffic.Prompt, parsed, problems);
        LengthDistribution? output = Required(_traffic.Output, parsed, problems);
        long? requests = _traffic.Requests.Read(parsed, problems);
        if (parsed.GetValue(_traffic.Requests.Option) is null)
        {
            problems.Add("--requests", "say how many requests to make up (or --sessions)");
        }

        foreach (Option option in SessionOnly.Where(option => TrafficOptions.IsGiven(option, parsed)))
        {
            problems.Add(option.Name, "this is for sessions; say how many with --sessions");
        }

        return problems.Any ? null : new GeneratedSource(arrivals!, prompt!, output!, requests!.Value, random);
    }

    private SessionSource? SessionsOf(ParseResult parsed, OpenArrivals? arrivals, RandomTree random, InputProblems problems)
    {
        Option[] requestOnly = [_traffic.Prompt, _traffic.Requests.Option];
        foreach (Option option in requestOnly.Where(option => TrafficOptions.IsGiven(option, parsed)))
        {
            problems.Add(option.Name, "leave this out: prompts follow from --user-tokens, their number from --sessions and --turns");
        }

        long? sessions = _sessions.Read(parsed, problems);
        LengthDistribution turns = Lengths(_turns, parsed, problems) ?? new GeometricLength(5);
        LengthDistribution? user = Required(_userTokens, parsed, problems);
        LengthDistribution? output = Required(_traffic.Output, parsed, problems);
        Duration? turnGap = _turnGap.Read(parsed, problems);
        int? systemTokens = _systemTokens.Read(parsed, problems);
        int? systemPrompts = _systemPrompts.Read(parsed, problems);
        double? systemSkew = _systemSkew.Read(parsed, problems);
        int? blockTokens = _blockTokens.Read(parsed, problems);
        int? maxPrompt = _maxPrompt.Read(parsed, problems);
        return problems.Any ? null : new SessionSource(
            new SessionOptions
            {
                Arrivals = arrivals!,
                Sessions = sessions!.Value,
                Turns = turns,
                UserTokens = user!,
                OutputTokens = output!,
                MeanTurnGap = turnGap ?? Duration.FromMilliseconds(30_000),
                SystemTokens = systemTokens ?? 0,
                SystemPrompts = systemPrompts ?? 1,
                SystemPromptSkew = systemSkew ?? 0,
                MaxPromptTokens = maxPrompt ?? 1_000_000,
                BlockTokens = blockTokens ?? 16,
            },
            random);
    }

    private static OpenArrivals? ArrivalsOf(string? text, InputProblems problems)
    {
        if (text is null)
        {
            problems.Add("--arrivals", "say when they arrive: poisson:RATE, gamma:RATE:CV, constant:RATE or backlog");
            return null;
        }

        bool good = ArrivalParser.TryParse(text, out ArrivalProcess? process, out string problem);
        if (good && process is not OpenArrivals)
        {
            problems.Add("--arrivals", $"'{text}' gives no times of its own; write poisson, gamma, constant or backlog");
        }
        else if (!good)
        {
            problems.Add("--arrivals", problem);
        }

        return process as OpenArrivals;
    }

    private static LengthDistribution? Required(Option<string?> option, ParseResult parsed, InputProblems problems)
    {
        if (parsed.GetValue(option) is null)
        {
            problems.Add(option.Name, $"say how long: {LengthParser.Forms}");
        }

        return Lengths(option, parsed, problems);
    }

    private static LengthDistribution? Lengths(Option<string?> option, ParseResult parsed, InputProblems problems)
    {
        LengthDistribution? lengths = null;
        if (parsed.GetValue(option) is { } text && !LengthParser.TryParse(text, File.OpenRead, out lengths, out string problem))
        {
            problems.Add(option.Name, problem);
        }

        return lengths;
    }
}
