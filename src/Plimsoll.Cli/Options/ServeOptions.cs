using System.CommandLine;
using Plimsoll.Cli.Setup.Serving;
using Plimsoll.Core;

namespace Plimsoll.Cli.Options;

/// <summary>What <c>plimsoll serve</c> is told on the command line; each goes before the same thing in the file.</summary>
internal sealed class ServeOptions
{
    public Option<string?> Config { get; } = Opt.Text("--config", "Configuration, YAML; see docs/serve.md.", "FILE");

    public Option<string[]> Backends { get; } = new("--backend")
    {
        Description = "An engine with the OpenAI API, as in http://10.0.0.1:8000; #2 at the end for its data-parallel rank 2. Repeat for more.",
        HelpName = "URL",
    };

    public Option<string[]> Emulate { get; } = new("--emulate")
    {
        Description = "Emulated engines in this process, as in 4xllama-3-8b@h100 or 2xllama-3-70b@h100:tp=4; may be given again. Without it and without a"
            + $" backend: {EmbeddedFleet.DefaultSpec}.",
        HelpName = "SPEC",
    };

    public Setting<double> Speed { get; } =
        Opt.Real("--speed", "Seconds of engine time in a second of the wall clock, for emulated engines (default 1).", 1e-3, 1e4);

    public Setting<Duration> ExitAfter { get; } = Opt.Time("--exit-after", "Stop after this time.");

    public Setting<int> Port { get; } = Opt.Count("--port", "Port for clients (default 8080; 0 for any that is free).", 0, 65535);

    public Setting<int> AdminPort { get; } = Opt.Count("--admin-port", "Port for metrics and state, on this machine only (default 8081).", 0, 65535);

    public Option<string?> Listen { get; } = Opt.Text("--listen", "Address to listen on (default 127.0.0.1; 0.0.0.0 for every network).", "ADDRESS");

    public Option<string?> Routing { get; } = Opt.Text("--routing", "Which replica takes a request (default round-robin); see catalog policies.", "P");

    public Option<string?> Ordering { get; } = Opt.Text("--ordering", "Which waiting request goes first (default fcfs).", "P");

    public Option<string?> Admission { get; } = Opt.Text("--admission", "May a request enter (default always).", "P");

    public Option<string?> Window { get; } =
        Opt.Text("--window", "Most requests in flight on each replica, the rest waits in the gateway (default 256); adaptive, or none.", "N");

    public Option<string?> Predict { get; } =
        Opt.Text("--predict", "What is believed of output lengths (default none): learned[:COVERAGE], fixed:L:U or none.", "P");

    public Option<string?> Tokenize { get; } = Opt.Text(
        "--tokenize", "Who cuts prompts into tokens, so that cached prefixes are compared exactly: engine, or none (default).", "BY");

    public Option<string?> AccessLog { get; } = Opt.Text("--access-log", "Write a line of JSON for every request into this file; - for standard output.", "FILE");

    public Option<string?> Log { get; } =
        Opt.Text("--log", "Write a line of JSON for everything that happens into this file; - for standard error.", "FILE");

    public Option<string?> LogLevel { get; } =
        Opt.Text("--log-level", "The least that is logged: debug, info (default), warning or error.", "LEVEL");

    public Option<string?> Otlp { get; } =
        Opt.Text("--otlp", "Send traces and metrics to this OpenTelemetry collector (OTLP over HTTP).", "URL");

    public Option<string?> Record { get; } =
        Opt.Text("--record", "Keep the traffic (lengths, times and hashes, no text) and every decision in this folder; see docs/recording.md.", "DIR");

    public Option<bool> Check { get; } = Opt.Flag("--check", "Only say whether the configuration is right.");

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[]
        {
            Config, Backends, Emulate, Speed.Option, ExitAfter.Option, Port.Option, AdminPort.Option, Listen, Routing, Ordering,
            Admission, Window, Predict, Tokenize, AccessLog, Log, LogLevel, Otlp, Record, Check,
        })
        {
            command.Options.Add(option);
        }
    }
}
