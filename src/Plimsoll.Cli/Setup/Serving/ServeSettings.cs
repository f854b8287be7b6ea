using System.CommandLine;
using System.Net;
using Plimsoll.Cli.Options;
using Plimsoll.Core;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Emulation;
using Plimsoll.Gateway.Hosting;
using Plimsoll.Gateway.Observing;
using Plimsoll.Policies;
using Plimsoll.Policies.Prediction;

namespace Plimsoll.Cli.Setup.Serving;

/// <summary>What a gateway is told, by its file and on the command line, which goes first.</summary>
internal sealed record ServeSettings
{
    /// <summary>For the gateway, without the engines that are emulated.</summary>
    public required GatewayOptions Gateway { get; init; }

    /// <summary>Engines that are emulated in this process.</summary>
    public required IReadOnlyList<EmulatorOptions> Emulated { get; init; }

    /// <summary>Where the access log goes; null for nowhere.</summary>
    public string? AccessLog { get; init; }

    /// <summary>How it is watched.</summary>
    public required Watching Watching { get; init; }

    /// <summary>What is kept of the traffic and the decisions; null for nothing.</summary>
    public RecordSettings? Record { get; init; }

    /// <summary>When to stop; null for never.</summary>
    public Duration? ExitAfter { get; init; }

    /// <summary>Whether there is a file that can be read anew.</summary>
    public bool HasFile { get; init; }

    /// <summary>Options for the gateway with planner, simulator and log; of emulated engines everything is known.</summary>
    public GatewayOptions Watched(IEventLog? log)
    {
        bool isKnown = Watching.Engine.Known is null && Gateway.Backends.Count == 0
            && Emulated.Count > 0 && Emulated.All(engine => engine.Speed == 1);
        LiveEngine engine = isKnown ? new LiveEngine(Emulated[0].Replica, "the emulated " + Emulated[0].Model) : Watching.Engine;
        return (Watching with { Engine = engine }).Complete(Gateway, log);
    }

    /// <summary>Reads both; everything that is wrong is added to the problems.</summary>
    public static ServeSettings Read(ParseResult parsed, ServeOptions options, InputProblems problems)
    {
        string? path = parsed.GetValue(options.Config);
        ServeFile file = path is null ? new ServeFile() : ServeFile.Read(path, problems);
        GatewayOptions gateway = Over(file.Options, parsed, options, problems);
        if (!IPAddress.IsLoopback(gateway.AdminAddress) && gateway.AdminKeySha256 is null)
        {
            problems.Add("admin-listen", "an admin port that others can reach needs admin-key-sha256");
        }

        bool hasEngines = gateway.Backends.Count > 0 || gateway.Sources.Count > 0 || problems.Any;
        string[] specs = parsed.GetValue(options.Emulate) is { Length: > 0 } given ? given
            : file.Emulate.Count == 0 && !hasEngines ? [EmbeddedFleet.DefaultSpec] : [.. file.Emulate];
        return new ServeSettings
        {
            Gateway = gateway,
            Emulated = EmbeddedFleet.Read(specs, "--emulate", options.Speed.Read(parsed, problems) ?? 1, problems),
            AccessLog = parsed.GetValue(options.AccessLog) ?? file.AccessLog,
            Watching = file.Watching.Over(options, parsed, problems),
            Record = parsed.GetValue(options.Record) is { } folder ? (file.Record ?? new RecordSettings()) with { Folder = folder } : file.Record,
            ExitAfter = options.ExitAfter.Read(parsed, problems),
            HasFile = path is not null,
        };
    }

    private static GatewayOptions Over(GatewayOptions file, ParseResult parsed, ServeOptions options, InputProblems problems)
    {
        string? listen = parsed.GetValue(options.Listen);
        IPAddress? address = null;
        if (listen is not null && !IPAddress.TryParse(listen, out address))
        {
            problems.Add("--listen", $"'{listen}' is not an address; write 127.0.0.1, or 0.0.0.0 for every network");
        }

        PredictionSpec? prediction =
            LivePrediction.Read(parsed.GetValue(options.Predict), what => problems.Add("--predict", what)) ?? file.Prediction;
        ServingPolicies policies = LivePolicies.Over(
            new ServingPolicies(file.Policies, file.AdaptsWindows),
            parsed.GetValue(options.Admission),
            parsed.GetValue(options.Ordering),
            parsed.GetValue(options.Routing),
            parsed.GetValue(options.Window),
            prediction?.Provides ?? Signals.None,
            (option, what) => problems.Add("--" + option, what));
        bool? tokenizes = ServeFile.Tokenizes(parsed.GetValue(options.Tokenize), what => problems.Add("--tokenize", what));
        return file with
        {
            Backends = Backends(parsed.GetValue(options.Backends), problems) ?? file.Backends,
            Address = address ?? file.Address,
            Port = options.Port.Read(parsed, problems) ?? file.Port,
            AdminPort = options.AdminPort.Read(parsed, problems) ?? file.AdminPort,
            Policies = policies.Dispatch,
            AdaptsWindows = policies.AdaptsWindows,
            Prediction = prediction,
            Tokenizes = tokenizes ?? file.Tokenizes,
        };
    }

    private static List<Backend>? Backends(string[]? urls, InputProblems problems)
    {
        if (urls is not { Length: > 0 })
        {
            return null;
        }

        List<Backend> backends = [];
        foreach (string url in urls)
        {
            if (BackendAddress.Read(url, out BackendAddress? address) is { } problem)
            {
                problems.Add("--backend", problem);
            }
            else if (backends.Exists(other => other.Name == address!.Name))
            {
                problems.Add("--backend", $"'{address!.Name}' is given twice");
            }
            else
            {
                backends.Add(new Backend(backends.Count, address!.Name, address.Address, null, address.Rank));
            }
        }

        return backends;
    }
}
