using System.Net;
using System.Runtime.InteropServices;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Cli.Setup.Bench;
using Plimsoll.Cli.Setup.Serving;
using Plimsoll.Core;
using Plimsoll.Gateway.Hosting;
using Plimsoll.LoadGen.Http;
using Plimsoll.LoadGen.Prompts;
using Plimsoll.LoadGen.Runs;

namespace Plimsoll.Cli.Commands;

/// <summary>
/// The second half of the demo: the same kind of traffic, live, through the gateway to emulated engines, until somebody has seen enough.
/// </summary>
internal static class DemoServing
{
    private const double CharactersPerToken = 4;

    /// <summary>Serves until the time is over or the user interrupts; returns how many requests were answered.</summary>
    /// <param name="settings">What the gateway is told.</param>
    /// <param name="traffic">The sample traffic, begun anew when it is over.</param>
    /// <param name="seed">Root of its randomness.</param>
    /// <param name="exitAfter">When to stop; null for not before the user says so.</param>
    public static async Task<long> ServeAsync(ServeSettings settings, Traffic traffic, ulong seed, Duration? exitAfter)
    {
        await using EmbeddedFleet fleet =
            await EmbeddedFleet.StartAsync(settings.Emulated, 0, publishes: false, TimeProvider.System).ConfigureAwait(false);
        GatewayOptions options = settings.Watched(null) with { Backends = fleet.Backends, Trouble = Terminal.Say };
        await using GatewayServer gateway = await StartAsync(options).ConfigureAwait(false);
        string model = settings.Emulated[0].Model;
        Describe(gateway, fleet, model);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = asked.TrySetResult());
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = asked.TrySetResult());
        var visitors = new Visitors(asked.Task);
        Task<long> load = Task.Run(() => Load(gateway.Address, model, traffic, seed, visitors));
        Task expired = Task.Delay(exitAfter is { } time ? TimeSpan.FromSeconds(time.Seconds) : Timeout.InfiniteTimeSpan);
        await Task.WhenAny(asked.Task, expired, load).ConfigureAwait(false);
        asked.TrySetResult();
        long answered = await load.ConfigureAwait(false);
        await gateway.StopAsync().ConfigureAwait(false);
        return answered;
    }

    // The usual ports, so that the lines to try are the same for everybody; any free ones if somebody has them already.
    private static async Task<GatewayServer> StartAsync(GatewayOptions options)
    {
        try
        {
            return await GatewayServer.StartAsync(options, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
        }
        catch (IOException)
        {
            GatewayOptions anywhere = options with { Port = 0, AdminPort = 0 };
            return await GatewayServer.StartAsync(anywhere, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static void Describe(GatewayServer gateway, EmbeddedFleet fleet, string model)
    {
        Terminal.Say($"serving {fleet.Backends.Count} emulated engines with sample traffic on {gateway.Address}");
        Terminal.Say($"dashboard: {gateway.AdminAddress}");
        Terminal.Say($$"""try: curl {{gateway.Address}}v1/chat/completions -d '{"model":"{{model}}","messages":[{"role":"user","content":"Hello"}]}'""");
    }

    private static long Load(Uri address, string model, Traffic traffic, ulong seed, Visitors visitors)
    {
        long answered = 0;
        var target = new Target(address.Host, address.Port, Secure: false, BasePath: "");
        for (int run = 0; !visitors.Left && IsReady(address, visitors); run++)
        {
            RandomTree random = new RandomTree(seed).Replication(run);
            var plan = new LoadPlan
            {
                Requests = BenchTraffic.Read(traffic, random, new InputProblems()) ?? [],
                Writer = new RequestWriter(target, model, chat: true, new CharacterText(CharactersPerToken, 0), new PromptLayout(random.Seed)),
                Drain = Duration.FromMilliseconds(5_000),
            };
            LoadResult result = LoadRun.Execute(plan, target, new IPEndPoint(IPAddress.Loopback, address.Port), visitors);
            answered += result.Records.Count(record => record.Outcome == LoadOutcome.Completed);
        }

        return answered;
    }

    // The engines are known a moment after the gateway listens.
    private static bool IsReady(Uri address, Visitors visitors)
    {
        using var client = new HttpClient { BaseAddress = address };
        while (!visitors.Left)
        {
            using HttpResponseMessage answer = client.Send(new HttpRequestMessage(HttpMethod.Get, "/readyz"));
            if (answer.IsSuccessStatusCode)
            {
                return true;
            }

            Thread.Sleep(10);
        }

        return false;
    }

    private sealed class Visitors(Task seenEnough) : ILoadWatcher
    {
        public bool Left => seenEnough.IsCompleted;

        public bool Continue(double seconds, long started, long ended) => !Left;
    }
}
