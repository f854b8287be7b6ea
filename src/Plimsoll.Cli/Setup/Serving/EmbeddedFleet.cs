using System.CommandLine;
using System.Globalization;
using System.Net;
using Plimsoll.Cli.Options;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Emulation;

namespace Plimsoll.Cli.Setup.Serving;

/// <summary>
/// Emulated engines that live and die with the gateway in front of them, each behind a port of its own on this machine, so that they are
/// reached in no other way than real ones.
/// </summary>
internal sealed class EmbeddedFleet : IAsyncDisposable
{
    /// <summary>What stands behind a gateway that was told nothing.</summary>
    public const string DefaultSpec = "4xllama-3.1-8b@h100";

    private const int Most = 64;

    private readonly List<EmulatorServer> _servers = [];

    /// <summary>The engines as backends, numbered on from those that are given.</summary>
    public IReadOnlyList<Backend> Backends { get; private set; } = [];

    /// <summary>Reads specifications such as <c>4xllama-3-8b@h100</c>, with <c>:tp=4</c> at the end for more than one GPU each.</summary>
    /// <returns>One entry for each engine; what is wrong is added to the problems.</returns>
    public static IReadOnlyList<EmulatorOptions> Read(IEnumerable<string> specs, string option, double speed, InputProblems problems)
    {
        List<EmulatorOptions> engines = [];
        foreach (string spec in specs)
        {
            if (Split(spec) is not { } parts)
            {
                problems.Add(option, $"'{spec}' is not COUNTxMODEL@GPU, as in 4xllama-3-8b@h100, with :tp=N at the end for N GPUs each");
            }
            else if (engines.Count + parts.Count > Most)
            {
                problems.Add(option, $"'{spec}': no more than {Most} engines run in one process");
            }
            else if (ModelOf(spec, parts, speed, option, problems) is { } model)
            {
                for (int engine = 0; engine < parts.Count; engine++)
                {
                    engines.Add(model.Options with { Seed = (ulong)engines.Count + 1 });
                }
            }
        }

        return engines;
    }

    /// <summary>Starts the engines on free ports of this machine.</summary>
    /// <param name="engines">What they are.</param>
    /// <param name="firstReplica">Number of the first.</param>
    /// <param name="publishes">Whether they publish what their caches hold.</param>
    /// <param name="time">The wall clock.</param>
    public static async Task<EmbeddedFleet> StartAsync(
        IReadOnlyList<EmulatorOptions> engines, int firstReplica, bool publishes, TimeProvider time)
    {
        var fleet = new EmbeddedFleet();
        try
        {
            List<Backend> backends = [];
            foreach (EmulatorOptions engine in engines)
            {
                EmulatorOptions options = publishes ? engine with { KvEventsPort = 0, KvReplayPort = 0 } : engine;
                var anyPort = new IPEndPoint(IPAddress.Loopback, 0);
                EmulatorServer server = await EmulatorServer.StartAsync(options, anyPort, time).ConfigureAwait(false);
                fleet._servers.Add(server);
                string name = string.Create(CultureInfo.InvariantCulture, $"emulated-{fleet._servers.Count}");
                backends.Add(new Backend(firstReplica + backends.Count, name, server.Address)
                {
                    KvEvents = server.KvEventsAddress,
                    KvReplay = server.KvReplayAddress,
                });
            }

            fleet.Backends = backends;
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(_servers.Select(server => server.DisposeAsync().AsTask())).ConfigureAwait(false);

    private static (int Count, string Model, string Gpu, string TensorParallel)? Split(string spec)
    {
        int times = spec.IndexOf('x', StringComparison.Ordinal);
        int at = spec.LastIndexOf('@');
        if (times < 1 || at < times + 2
            || !int.TryParse(spec.AsSpan(0, times), NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count < 1)
        {
            return null;
        }

        string[] gpu = spec[(at + 1)..].Split(":tp=");
        return gpu is [{ Length: > 0 }] or [{ Length: > 0 }, { Length: > 0 }]
            ? (count, spec[(times + 1)..at], gpu[0], gpu.Length > 1 ? gpu[1] : "1") : null;
    }

    // The same words as for `plimsoll emulate`, so that both mean the same engine.
    private static EmulatedModel? ModelOf(
        string spec, (int Count, string Model, string Gpu, string TensorParallel) parts, double speed, string option, InputProblems problems)
    {
        var options = new EmulateOptions();
        var command = new Command("emulate");
        options.AddTo(command);
        ParseResult parsed = command.Parse(
        [
            "--model", parts.Model, "--gpu", parts.Gpu, "--tp", parts.TensorParallel, "--served-model", parts.Model,
            "--speed", speed.ToString("R", CultureInfo.InvariantCulture),
        ]);
        var inner = new InputProblems();
        EmulatedModel? model = EmulatedModel.From(options, parsed, inner);
        foreach (string problem in inner.Sentences)
        {
            problems.Add(option, $"'{spec}': {problem}");
        }

        return inner.Any ? null : model;
    }
}
