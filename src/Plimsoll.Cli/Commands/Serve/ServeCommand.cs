using System.CommandLine;
using System.Net;
using System.Runtime.InteropServices;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Cli.Setup.Serving;
using Plimsoll.Core;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Emulation;
using Plimsoll.Gateway.Hosting;

namespace Plimsoll.Cli.Commands.Serve;

/// <summary><c>plimsoll serve</c>: the live gateway.</summary>
internal static class ServeCommand
{
    private const string Help = """
        Stand in front of engines with the OpenAI API (vLLM, SGLang, llama.cpp, TensorRT-LLM): queue, admit, balance and observe.
        With no engine named it starts four emulated ones, so that everything can be tried on a laptop.

        Examples:
          plimsoll serve
          plimsoll serve --emulate 4xllama-3-8b@h100 --routing least-kv
          plimsoll serve --backend http://10.0.0.1:8000 --backend http://10.0.0.2:8000 --routing least-requests
          plimsoll serve --config plimsoll.yaml --check
        """;

    public static Command Create()
    {
        var options = new ServeOptions();
        var command = new Command("serve", Help);
        options.AddTo(command);
        command.SetAction((parsed, stop) => RunAsync(parsed, options, stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, ServeOptions options, CancellationToken stop)
    {
        var problems = new InputProblems();
        string? path = parsed.GetValue(options.Config);
        ServeFile file = path is null ? new ServeFile() : ServeFile.Read(path, problems);
        GatewayOptions gateway = Over(file.Options, parsed, options, problems);
        string[] specs = parsed.GetValue(options.Emulate) is { Length: > 0 } given ? given
            : file.Emulate.Count == 0 && gateway.Backends.Count == 0 && !problems.Any ? [EmbeddedFleet.DefaultSpec] : [.. file.Emulate];
        IReadOnlyList<EmulatorOptions> emulated = EmbeddedFleet.Read(specs, "--emulate", options.Speed.Read(parsed, problems) ?? 1, problems);
        Duration? exitAfter = options.ExitAfter.Read(parsed, problems);
        if (!IPAddress.IsLoopback(gateway.AdminAddress) && gateway.AdminKeySha256 is null)
        {
            problems.Add("admin-listen", "an admin port that others can reach needs admin-key-sha256");
        }

        if (problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        if (!IPAddress.IsLoopback(gateway.Address) && gateway.Keys.Count == 0)
        {
            Terminal.Say($"warning: whoever reaches {gateway.Address} can use the engines; keys: in the configuration closes it");
        }

        if (parsed.GetValue(options.Check))
        {
            Terminal.Say($"the configuration is right: {Counted(gateway.Backends.Count + emulated.Count)}");
            return ExitCode.Done;
        }

        AccessLogFile? log = (parsed.GetValue(options.AccessLog) ?? file.AccessLog) switch
        {
            null => null,
            "-" => new AccessLogFile(Console.OpenStandardOutput()),
            { } name => new AccessLogFile(new FileStream(name, FileMode.Append, FileAccess.Write, FileShare.Read)),
        };
        try
        {
            await ServeAsync(gateway with { AccessLog = log }, emulated, exitAfter, stop).ConfigureAwait(false);
        }
        finally
        {
            if (log is not null)
            {
                await log.DisposeAsync().ConfigureAwait(false);
            }
        }

        return ExitCode.Done;
    }

    private static async Task ServeAsync(
        GatewayOptions given, IReadOnlyList<EmulatorOptions> emulated, Duration? exitAfter, CancellationToken stop)
    {
        await using EmbeddedFleet fleet = await EmbeddedFleet.StartAsync(emulated, given.Backends.Count, TimeProvider.System).ConfigureAwait(false);
        GatewayOptions options = given with { Backends = [.. given.Backends, .. fleet.Backends] };
        await using GatewayServer gateway = await GatewayServer.StartAsync(options, TimeProvider.System, stop).ConfigureAwait(false);
        Terminal.Say($"serving {Counted(options.Backends.Count)}{(emulated.Count > 0 ? $", {emulated.Count} of them emulated," : "")} on {gateway.Address}");
        if (gateway.AdminAddress is { } admin)
        {
            Terminal.Say($"metrics on {admin}metrics, state on {admin}api/state");
        }

        // For programs that start it: where it is, and where it is run from.
        await Console.Out.WriteLineAsync($"{gateway.Address}{(gateway.AdminAddress is { } page ? $"\n{page}" : "")}").ConfigureAwait(false);
        await Console.Out.FlushAsync(stop).ConfigureAwait(false);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration interrupted = On(PosixSignal.SIGINT, asked);
        using PosixSignalRegistration terminated = On(PosixSignal.SIGTERM, asked);
        await using CancellationTokenRegistration registration = stop.Register(() => asked.TrySetResult());
        Task expired = Task.Delay(exitAfter is { } time ? TimeSpan.FromSeconds(time.Seconds) : Timeout.InfiniteTimeSpan, stop);
        await Task.WhenAny(asked.Task, expired).ConfigureAwait(false);
        Terminal.Say($"stopping; requests that run have {options.DrainTimeout} to end");
        await gateway.StopAsync().ConfigureAwait(false);
    }

    private static string Counted(int backends) => backends == 1 ? "1 backend" : $"{backends} backends";

    // The first time in order; the second time the process dies as usual.
    private static PosixSignalRegistration On(PosixSignal signal, TaskCompletionSource asked) =>
        PosixSignalRegistration.Create(signal, context => context.Cancel = asked.TrySetResult());

    private static GatewayOptions Over(GatewayOptions file, ParseResult parsed, ServeOptions options, InputProblems problems)
    {
        string? listen = parsed.GetValue(options.Listen);
        IPAddress? address = null;
        if (listen is not null && !IPAddress.TryParse(listen, out address))
        {
            problems.Add("--listen", $"'{listen}' is not an address; write 127.0.0.1, or 0.0.0.0 for every network");
        }

        return file with
        {
            Backends = Backends(parsed.GetValue(options.Backends), problems) ?? file.Backends,
            Address = address ?? file.Address,
            Port = options.Port.Read(parsed, problems) ?? file.Port,
            AdminPort = options.AdminPort.Read(parsed, problems) ?? file.AdminPort,
            Policies = LivePolicies.Over(
                file.Policies,
                parsed.GetValue(options.Admission),
                parsed.GetValue(options.Ordering),
                parsed.GetValue(options.Routing),
                parsed.GetValue(options.Window),
                (option, what) => problems.Add("--" + option, what)),
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
