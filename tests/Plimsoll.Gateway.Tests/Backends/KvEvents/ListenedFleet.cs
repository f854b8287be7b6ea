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
/// One emulated engine that publishes its KV events, a gateway that listens to them, and the record of what its dispatcher was told.
/// </summary>
internal sealed class ListenedFleet : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plimsoll-test-").FullName;
    private readonly DecisionRecorder _recorder;
    private HttpClient? _client;

    private ListenedFleet(TestClient emulator)
    {
        Emulator = emulator;
        _recorder = new DecisionRecorder(new RecordFolder(_folder, 1 << 20, 1 << 20), DateTimeOffset.UnixEpoch, _ => { });
    }

    public TestClient Emulator { get; }

    public GatewayServer Gateway { get; private set; } = null!;

    public EngineCacheFacts Facts => Gateway.Fleet.Replicas[0].Cache.Facts;

    public bool HasSubscriber => Emulator.Server.KvEvents!.HasSubscribers;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<ListenedFleet> StartAsync(EmulatorOptions options)
    {
        var fleet = new ListenedFleet(await TestClient.StartAsync(options with { KvEventsPort = 0 }));
        EmulatorServer engine = fleet.Emulator.Server;
        fleet.Gateway = await GatewayServer.StartAsync(
            new GatewayOptions
            {
                Backends = [new Backend(0, "e", engine.Address) { KvEvents = engine.KvEventsAddress }],
                Policies = new DispatcherConfiguration(
                    PolicyCatalog.Admission.Default, PolicyCatalog.Ordering.Default, PolicyCatalog.Routing.Parse("prefix-aware", out _)!, null),
                Port = 0,
                AdminPort = null,
                Health = Served.QuickHealth,
                Decisions = fleet._recorder,
            },
            TimeProvider.System,
            Stop);
        fleet._client = new HttpClient { BaseAddress = fleet.Gateway.Address };
        await Served.UntilAsync(() => fleet.Facts.Connected && fleet.HasSubscriber && fleet.Gateway.Fleet.Ready);
        return fleet;
    }

    public async Task AskAsync(string prompt)
    {
        using var body = new StringContent($$"""{"model":"little","prompt":"{{prompt}}"}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await _client!.PostAsync(new Uri("/v1/completions", UriKind.Relative), body, Stop);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>
    /// Ends the gateway and replays its log, in which every decision must be the same: how much the replica was to keep each time that it
    /// forgot, and how
    /// many places were known there after.
    /// </summary>
    public async Task<List<(long KeptTokens, int Places)>> ForgottenAsync()
    {
        await Gateway.DisposeAsync();
        await _recorder.DisposeAsync();
        List<(long KeptTokens, int Places)> forgotten = [];
        var reader = new DecisionReader();
        DecisionReplay? replay = null;
        foreach (string line in await File.ReadAllLinesAsync(Directory.GetFiles(_folder, "decisions-*.log").Single(), Stop))
        {
            Assert.True(DecisionLine.TryRead(Encoding.UTF8.GetBytes(line), out ReadOnlyMemory<byte> json));
            if (reader.Read(json) is { } happened)
            {
                replay ??= new DecisionReplay(reader.Head!, reader.State!);
                Assert.Null(replay.Feed(happened));
                if (happened.Input.Kind == DispatchInputKind.Forgotten)
                {
                    PrefixMemory known = replay.State.Prefixes!;
                    int words = (replay.State.Replicas.Length + 63) / 64;
                    forgotten.Add((happened.Input.KeptTokens, known.SetOf.Count(set => (known.SetBits[set * words] & 1) != 0)));
                }
            }
        }

        return forgotten;
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        await Gateway.DisposeAsync();
        await _recorder.DisposeAsync();
        await Emulator.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
