using System.CommandLine;
using System.Net;
using System.Runtime.InteropServices;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Core;
using Plimsoll.Gateway.Emulation;

namespace Plimsoll.Cli.Commands;

/// <summary><c>plimsoll emulate</c>: a model server without a GPU.</summary>
internal static class EmulateCommand
{
    private const int DefaultPort = 8000;

    private const string Help = """
        Serve the OpenAI API with an emulated engine: real timing, filler text, vLLM's metrics, faults on demand.

        Examples:
          plimsoll emulate --model llama-3.1-8b --gpu h100 --port 8001
          plimsoll emulate --step-time const:0.02 --kv-tokens 100000 --output lognormal:150:250 --speed 10
          plimsoll emulate --model llama-3.1-70b --gpu h100 --tp 4 --batching vllm:priority=true --fault error:0.01 --fault slow:2
        """;

    public static Command Create()
    {
        var options = new EmulateOptions();
        var command = new Command("emulate", Help);
        options.AddTo(command);
        command.SetAction(parsed => Run(parsed, options));
        return command;
    }

    private static int Run(ParseResult parsed, EmulateOptions options)
    {
        var problems = new InputProblems();
        string hostText = parsed.GetValue(options.Host) ?? "127.0.0.1";
        if (!IPAddress.TryParse(hostText == "localhost" ? "127.0.0.1" : hostText, out IPAddress? host))
        {
            problems.Add("--host", $"'{hostText}' is not an IP address");
        }

        int port = options.Port.Read(parsed, problems) ?? DefaultPort;
        Duration? exitAfter = options.ExitAfter.Read(parsed, problems);
        EmulatedModel? model = EmulatedModel.From(options, parsed, problems);
        if (problems.Any)
        {
            return Terminal.Refuse(problems);
        }

        foreach (string note in model!.Notes)
        {
            Terminal.Say(note);
        }

        if (!IPAddress.IsLoopback(host!))
        {
            Terminal.Say($"warning: whoever reaches {host} can use this server; it asks for no key");
        }

        ServeAsync(model.Options, new IPEndPoint(host!, port), exitAfter).GetAwaiter().GetResult();
        return ExitCode.Done;
    }

    private static async Task ServeAsync(EmulatorOptions options, IPEndPoint at, Duration? exitAfter)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void OnSignal(PosixSignalContext signal) => signal.Cancel = stop.TrySetResult();

        // The second time the process dies as usual.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        await using EmulatorServer server = await EmulatorServer.StartAsync(options, at, TimeProvider.System);
        await Console.Out.WriteLineAsync(server.Address.ToString());
        await Console.Out.FlushAsync();
        if (server.KvEventsAddress is { } events)
        {
            Terminal.Say($"KV events at {events.OriginalString}");
        }

        if (server.KvReplayAddress is { } replay)
        {
            Terminal.Say($"KV events that were missed at {replay.OriginalString}");
        }

        Task expired = exitAfter is { } time ? Task.Delay(TimeSpan.FromSeconds(time.Seconds)) : Task.Delay(Timeout.InfiniteTimeSpan);
        await Task.WhenAny(stop.Task, expired);
        Terminal.Say("stopping");
    }
}
