using System.CommandLine;
using System.Net;
using System.Runtime.InteropServices;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Cli.Setup.Serving;
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
        ServeSettings settings = ServeSettings.Read(parsed, options, problems);
        if (problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        GatewayOptions gateway = settings.Gateway;
        if (!IPAddress.IsLoopback(gateway.Address) && gateway.Keys.Count == 0)
        {
            Terminal.Say($"warning: whoever reaches {gateway.Address} can use the engines; keys: in the configuration closes it");
        }

        if (parsed.GetValue(options.Check))
        {
            Terminal.Say($"the configuration is right: {Counted(gateway.Backends.Count + settings.Emulated.Count)}");
            return ExitCode.Done;
        }

        AccessLogFile? log = settings.AccessLog switch
        {
            null => null,
            "-" => new AccessLogFile(Console.OpenStandardOutput()),
            { } name => new AccessLogFile(new FileStream(name, FileMode.Append, FileAccess.Write, FileShare.Read)),
        };
        try
        {
            await using EventLogFile? events = settings.Watching.OpenLog();
            using OtlpExport? export = settings.Watching.OpenExport();
            await ServeAsync(settings, log, events, () => Reread(parsed, options), stop).ConfigureAwait(false);
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

    private static (ServeSettings Settings, InputProblems Problems) Reread(ParseResult parsed, ServeOptions options)
    {
        var problems = new InputProblems();
        return (ServeSettings.Read(parsed, options, problems), problems);
    }

    private static async Task ServeAsync(
        ServeSettings settings,
        AccessLogFile? log,
        EventLogFile? events,
        Func<(ServeSettings Settings, InputProblems Problems)> reread,
        CancellationToken stop)
    {
        GatewayOptions given = settings.Gateway;
        await using EmbeddedFleet fleet = await EmbeddedFleet.StartAsync(
            settings.Emulated, given.Backends.Count, publishes: given.Tokenizes, TimeProvider.System).ConfigureAwait(false);
        await using Recording? recording = settings.Record is { } record ? Recording.Begin(record, DateTimeOffset.UtcNow) : null;
        GatewayOptions Complete(ServeSettings read) => read.Watched(events) with
        {
            Backends = [.. read.Gateway.Backends, .. fleet.Backends],
            AccessLog = log,
            Decisions = recording?.Decisions,
            Trace = recording?.Trace,
            Key = recording?.Key,
            Trouble = Terminal.Say,
        };
        GatewayOptions options = Complete(settings);
        await using GatewayServer gateway = await GatewayServer.StartAsync(options, TimeProvider.System, stop).ConfigureAwait(false);
        if (settings.HasFile)
        {
            gateway.ReloadAsked = () =>
            {
                (ServeSettings next, InputProblems problems) = reread();
                if (next.Record != settings.Record)
                {
                    problems.Add("record", "a change needs a restart");
                }

                return problems.Any ? problems.Sentences : gateway.Reload(Complete(next));
            };
        }

        Announce(gateway, options, fleet);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration interrupted = On(PosixSignal.SIGINT, asked);
        using PosixSignalRegistration terminated = On(PosixSignal.SIGTERM, asked);
        using var hungUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            SayReloaded(gateway.ReloadAsked?.Invoke());
        });
        await using CancellationTokenRegistration registration = stop.Register(() => asked.TrySetResult());
        Task expired = Task.Delay(settings.ExitAfter is { } time ? TimeSpan.FromSeconds(time.Seconds) : Timeout.InfiniteTimeSpan, stop);
        await Task.WhenAny(asked.Task, expired).ConfigureAwait(false);
        Terminal.Say($"stopping; requests that run have {options.DrainTimeout} to end");
        await gateway.StopAsync().ConfigureAwait(false);
    }

    // Two lines for programs that start it: where it is, and where it is run from.
    private static void Announce(GatewayServer gateway, GatewayOptions options, EmbeddedFleet fleet)
    {
        if (options.Tokenizes && options.Backends.All(backend => backend.KvEvents is null))
        {
            Terminal.Say("warning: tokenize does nothing as long as no backend has kv-events");
        }

        string emulated = fleet.Backends.Count > 0 ? $", {fleet.Backends.Count} of them emulated," : "";
        Terminal.Say($"serving {Counted(options.Backends.Count)}{emulated} on {gateway.Address}");
        Console.Out.WriteLine(gateway.Address);
        if (gateway.AdminAddress is { } admin)
        {
            Terminal.Say($"dashboard on {admin}, metrics on {admin}metrics, state on {admin}api/state");
            Console.Out.WriteLine(admin);
        }

        Console.Out.Flush();
    }

    private static void SayReloaded(IReadOnlyList<string>? problems)
    {
        Terminal.Say(problems switch
        {
            null => "nothing to reload: there is no configuration file",
            { Count: 0 } => "the configuration was read anew and is in force",
            _ => "the configuration was read anew and refused; the old one goes on",
        });
        foreach (string problem in problems ?? [])
        {
            Terminal.Say("error: " + problem);
        }
    }

    private static string Counted(int backends) => backends == 1 ? "1 backend" : $"{backends} backends";

    // The first time in order; the second time the process dies as usual.
    private static PosixSignalRegistration On(PosixSignal signal, TaskCompletionSource asked) =>
        PosixSignalRegistration.Create(signal, context => context.Cancel = asked.TrySetResult());
}
