using System.CommandLine;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Gateway.Hosting;
using Plimsoll.Gateway.Observing;

namespace Plimsoll.Cli.Setup.Serving;

/// <summary>How a gateway is watched beside its metrics: log, telemetry, and what planner and simulator know of its engines.</summary>
internal sealed record Watching
{
    /// <summary>Where the log goes, - for standard error; null for nowhere.</summary>
    public string? Log { get; init; }

    public LogSeverity LogLevel { get; init; } = LogSeverity.Info;

    /// <summary>A collector that takes OTLP over HTTP; null for none.</summary>
    public Uri? Otlp { get; init; }

    /// <summary>The engine behind the gateway.</summary>
    public LiveEngine Engine { get; init; } = LiveEngine.Unknown;

    /// <summary>Reads <c>log</c>, <c>otlp</c> and <c>engine</c> of a configuration.</summary>
    public static Watching Read(YamlMap root)
    {
        YamlMap log = root.Map("log");
        var read = new Watching
        {
            Log = log.Text("to"),
            LogLevel = Level(log.Text("level"), what => log.Refuse("level", what)) ?? LogSeverity.Info,
            Otlp = Collector(root.Text("otlp"), what => root.Refuse("otlp", what)),
            Engine = LiveEngine.Read(root.Map("engine"), what => root.Refuse("engine", what)),
        };
        log.End();
        return read;
    }

    /// <summary>Puts the command line over it.</summary>
    public Watching Over(ServeOptions options, ParseResult parsed, InputProblems problems) => this with
    {
        Log = parsed.GetValue(options.Log) ?? Log,
        LogLevel = Level(parsed.GetValue(options.LogLevel), what => problems.Add(options.LogLevel.Name, what)) ?? LogLevel,
        Otlp = Collector(parsed.GetValue(options.Otlp), what => problems.Add(options.Otlp.Name, what)) ?? Otlp,
    };

    /// <summary>The log, to be disposed by whoever opens it; null for none.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public EventLogFile? OpenLog() => Log switch
    {
        null => null,
        "-" => new EventLogFile(Console.OpenStandardError(), LogLevel),
        { } name => new EventLogFile(new FileStream(name, FileMode.Append, FileAccess.Write, FileShare.Read), LogLevel),
    };

    /// <summary>Starts to send telemetry; null where nobody is to get it.</summary>
    public OtlpExport? OpenExport() => Otlp is null ? null : new OtlpExport(Otlp);

    /// <summary>Options with planner, simulator and log.</summary>
    public GatewayOptions Complete(GatewayOptions options, IEventLog? log) => options with
    {
        EventLog = log,
        LoadLine = traffic => LiveFormula.LoadLine(Engine, traffic),
        WhatIf = new SimulatedWhatIf(Engine, options.Health.ProbeInterval),
    };

    private static LogSeverity? Level(string? text, Action<string> refuse)
    {
        LogSeverity? level = text switch
        {
            "debug" => LogSeverity.Debug,
            "info" => LogSeverity.Info,
            "warning" => LogSeverity.Warning,
            "error" => LogSeverity.Error,
            _ => null,
        };
        if (text is not null && level is null)
        {
            refuse($"'{text}' is not one of debug, info, warning, error");
        }

        return level;
    }

    private static Uri? Collector(string? text, Action<string> refuse)
    {
        bool isRight = Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
            && uri is { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" };
        if (text is not null && !isRight)
        {
            refuse($"'{text}' is not the address of a collector; write http://HOST:4318");
        }

        return isRight ? uri : null;
    }
}
