using System.Text;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Backends.KvEvents;
using Plimsoll.Gateway.Emulation;
using Plimsoll.Gateway.Hosting;
using Plimsoll.Gateway.Recording;
using Plimsoll.Gateway.Tests.Emulation;
using Plimsoll.Gateway.Tests.Hosting;
using Plimsoll.Policies;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Dispatch.Log;

namespace Plimsoll.Gateway.Tests.Backends.KvEvents;

/// <summary>
/// Emulated engines that publish their KV events, a gateway that listens to them, and the record of what its dispatcher was told.
/// </summary>
internal sealed class ListenedFleet : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plimsoll-test-").FullName;
    private readonly DecisionRecorder _recorder;
    private HttpClient? _client;

    private ListenedFleet(IReadOnlyList<TestClient> emulators)
    {
        Emulators = emulators;
        _recorder = new DecisionRecorder(new RecordFolder(_folder, 1 << 20, 1 << 20), DateTimeOffset.UnixEpoch, _ => { });
    }

    public IReadOnlyList<TestClient> Emulators { get; }

    public TestClient Emulator => Emulators[0];

    public GatewayServer Gateway { get; private set; } = null!;

    public EngineCacheFacts Facts => FactsOf(0);

    public bool HasSubscriber => Emulators.All(emulator => emulator.Server.KvEvents!.HasSubscribers);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<ListenedFleet> StartAsync(
        EmulatorOptions options,
        int engines = 1,
        Func<GatewayOptions, GatewayOptions>? change = null,
        Func<TestClient, Task>? prepare = null,
        bool replays = false)
    {
        List<TestClient> emulators = [];
        for (int i = 0; i < engines; i++)
        {
            emulators.Add(await TestClient.StartAsync(options with { KvEventsPort = 0, KvReplayPort = replays ? 0 : null }));
            await (prepare?.Invoke(emulators[^1]) ?? Task.CompletedTask);
        }

        var fleet = new ListenedFleet(emulators);
        var given = new GatewayOptions
        {
            Backends =
            [
                .. emulators.Select((emulator, i) => new Backend(i, i == 0 ? "e" : $"e{i}", emulator.Server.Address)
                {
                    KvEvents = emulator.Server.KvEventsAddress,
                    KvReplay = emulator.Server.KvReplayAddress,
                }),
            ],
            Policies = new DispatcherConfiguration(
                PolicyCatalog.Admission.Default, PolicyCatalog.Ordering.Default, PolicyCatalog.Routing.Parse("prefix-aware", out _)!, null),
            Port = 0,
            AdminPort = null,
            Health = Served.QuickHealth,
            Decisions = fleet._recorder,
        };
        fleet.Gateway = await GatewayServer.StartAsync(change?.Invoke(given) ?? given, TimeProvider.System, Stop);
        fleet._client = new HttpClient { BaseAddress = fleet.Gateway.Address };
        IReadOnlyList<Replica> replicas = fleet.Gateway.Fleet.Replicas;
        await Served.UntilAsync(() => fleet.HasSubscriber
            && replicas.All(replica => replica.Cache.Facts.Connected && replica.ToldWindow is null or > 0));
        return fleet;
    }

    public EngineCacheFacts FactsOf(int engine) => Gateway.Fleet.Replicas[engine].Cache.Facts;

    public Task AskAsync(string prompt) => PostAsync("/v1/completions", $$"""{"model":"little","prompt":"{{prompt}}"}""");

    public async Task PostAsync(string path, string json)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await _client!.PostAsync(new Uri(path, UriKind.Relative), body, Stop);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>
    /// Ends the gateway and replays its log, in which every decision must be the same: how much the replica was to keep each time that it
    /// forgot, and how many places were known there after.
    /// </summary>
    public async Task<List<(long KeptTokens, int Places)>> ForgottenAsync()
    {
        List<(long KeptTokens, int Places)> forgotten = [];
        await foreach ((DispatchInput told, DispatcherState after) in ReplayAsync())
        {
            if (told.Kind == DispatchInputKind.Forgotten)
            {
                PrefixMemory known = after.Prefixes!;
                int words = (after.Replicas.Length + 63) / 64;
                forgotten.Add((told.KeptTokens, known.SetOf.Count(set => (known.SetBits[set * words] & 1) != 0)));
            }
        }

        return forgotten;
    }

    /// <summary>
    /// Ends the gateway and replays its log, in which every decision must be the same: each input, and the state after it.
    /// </summary>
    public async IAsyncEnumerable<(DispatchInput Told, DispatcherState After)> ReplayAsync()
    {
        await Gateway.DisposeAsync();
        await _recorder.DisposeAsync();
        var reader = new DecisionReader();
        DecisionReplay? replay = null;
        foreach (string line in await File.ReadAllLinesAsync(Directory.GetFiles(_folder, "decisions-*.log").Single(), Stop))
        {
            Assert.True(DecisionLine.TryRead(Encoding.UTF8.GetBytes(line), out ReadOnlyMemory<byte> json));
            if (reader.Read(json) is { } happened)
            {
                replay ??= new DecisionReplay(reader.Head!, reader.State!);
                Assert.Null(replay.Feed(happened));
                yield return (happened.Input, replay.State);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        await Gateway.DisposeAsync();
        await _recorder.DisposeAsync();
        foreach (TestClient emulator in Emulators)
        {
            await emulator.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
