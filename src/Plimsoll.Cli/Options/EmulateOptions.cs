using System.CommandLine;
using Plimsoll.Core;
using Plimsoll.Gateway.Emulation;

namespace Plimsoll.Cli.Options;

/// <summary>An emulated model server: where it listens and what it pretends, besides its engine.</summary>
internal sealed class EmulateOptions
{
    public FleetOptions Fleet { get; } = new();

    public Option<string?> Host { get; } = Opt.Text("--host", "Address to listen on (default 127.0.0.1, this machine only).", "IP");

    public Setting<int> Port { get; } = Opt.Count("--port", "Port to listen on, 0 for any free one (default 8000).", 0, 65_535);

    public Setting<int> KvEvents { get; } = Opt.Count("--kv-events", "Publish KV cache events by ZeroMQ at this port, 0 for any free one (default: nowhere).", 0, 65_535);

    public Setting<int> KvReplay { get; } = Opt.Count(
        "--kv-replay", "Send KV cache events again to who asks at this port, 0 for any free one (default: nowhere).", 0, 65_535);

    public Setting<double> Speed { get; } = Opt.Real("--speed", "Seconds of engine time in a second of the wall clock (default 1).", 1e-3, 1e4);

    public Option<string?> Output { get; } = Opt.Text("--output", "Output lengths of requests that do not ignore the end (default lognormal:150:250).", "D");

    public Option<string?> ServedModel { get; } = Opt.Text("--served-model", "Name of the model in the API (default: the model's own).", "NAME");

    public Setting<int> MaxModelTokens { get; } = Opt.Count("--max-model-tokens", "Most tokens of prompt and output together (default: the model's).", 2);

    public Option<string[]> Faults { get; } = new("--fault") { Description = $"A fault from the start: {EmulatorFaults.Forms}; may be given again.", HelpName = "F" };

    public Setting<long> Seed { get; } = Opt.Big("--seed", "Root of all randomness (default 1).", 0, long.MaxValue);

    public Setting<Duration> ExitAfter { get; } = Opt.Time("--exit-after", "Stop after this time.");

    public void AddTo(Command command)
    {
        foreach (Option option in Fleet.OfOneEngine)
        {
            command.Options.Add(option);
        }

        foreach (Option option in new Option[]
        {
            Host, Port.Option, KvEvents.Option, KvReplay.Option, Speed.Option, Output, ServedModel, MaxModelTokens.Option, Faults,
            Seed.Option, ExitAfter.Option,
        })
        {
            command.Options.Add(option);
        }
    }
}
