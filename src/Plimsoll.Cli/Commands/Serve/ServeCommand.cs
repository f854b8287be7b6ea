using System.CommandLine;
using System.Net;
using System.Runtime.InteropServices;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Cli.Setup.Serving;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Hosting;

namespace Plimsoll.Cli.Commands.Serve;

/// <summary><c>plimsoll serve</c>: the live gateway.</summary>
internal static class ServeCommand
{
    private const string Help = """
        Stand in front of engines with the OpenAI API (vLLM, SGLang, llama.cpp, TensorRT-LLM): queue, admit, balance and observe.

        Examples:
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
        Watching watching = file.Watching.Over(options, parsed, problems);
        if (gateway.Backends.Count == 0 && !problems.Any)
        {
            problems.Add("--backend", "name at least one engine, as in --backend http://10.0.0.1:8000");
        }

        if (problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        if (parsed.GetValue(options.Check))
        {
            Terminal.Say($"the configuration is right: {gateway.Backends.Count} backends");
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
            await using EventLogFile? events = watching.OpenLog();
            using OtlpExport? export = watching.OpenExport();
            await ServeAsync(watching.Complete(gateway with { AccessLog = log }, events), stop).ConfigureAwait(false);
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

    private static async Task ServeAsync(GatewayOptions options, CancellationToken stop)
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync(options, TimeProvider.System, stop).ConfigureAwait(false);
        Terminal.Say($"serving {options.Backends.Count} backends on {gateway.Address}");
        if (gateway.AdminAddress is { } admin)
        {
            Terminal.Say($"dashboard on {admin}, metrics on {admin}metrics, state on {admin}api/state");
        }

        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration interrupted = On(PosixSignal.SIGINT, asked);
        using PosixSignalRegistration terminated = On(PosixSignal.SIGTERM, asked);
        await using CancellationTokenRegistration registration = stop.Register(() => asked.TrySetResult());
        await asked.Task.ConfigureAwait(false);
        Terminal.Say($"stopping; requests that run have {options.DrainTimeout} to end");
        await gateway.StopAsync().ConfigureAwait(false);
    }

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
