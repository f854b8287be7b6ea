using System.Net;
using System.Net.Sockets;
using Plimsoll.Gateway.Backends.KvEvents;
using Plimsoll.Gateway.Emulation;
using Plimsoll.Gateway.Tests.Emulation;
using Plimsoll.Gateway.Tests.Hosting;

namespace Plimsoll.Gateway.Tests.Backends.KvEvents;

/// <summary>From an engine's events to what the router believes.</summary>
public sealed class CacheWatchTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_an_emulated_engine_publishes_is_what_its_cache_holds()
    {
        await using ListenedFleet fleet = await ListenedFleet.StartAsync(Emulators.Options(outputTokens: 2));
        for (int prompt = 0; prompt < 20; prompt++)
        {
            await fleet.AskAsync(new string((char)('a' + (prompt % 7)), 640 * (1 + (prompt % 3))));
        }

        double contents = await fleet.Emulator.MetricAsync("plimsoll:prefix_cache_contents", value => value > 0);
        await Served.UntilAsync(() => fleet.Facts.Contents == contents);
        EngineCacheFacts facts = fleet.Facts;
        Assert.Equal((true, true, 16, 0L), (facts.Connected, facts.IsExact, facts.BlockTokens, facts.Losses));
        Assert.Equal(facts.Blocks, facts.StoredBlocks - facts.RemovedBlocks);
        Assert.Contains($"plimsoll_replica_cached_blocks{{replica=\"e\"}} {facts.Blocks}\n", fleet.Gateway.Metrics.Page(), StringComparison.Ordinal);
        Assert.Empty(await fleet.ForgottenAsync());
    }

    [Fact]
    public async Task Evictions_are_followed_and_no_more_is_believed_than_the_engine_holds()
    {
        EmulatorOptions options = Emulators.Options(outputTokens: 2);
        await using ListenedFleet fleet = await ListenedFleet.StartAsync(options with { Replica = options.Replica with { KvBlocks = 120 } });
        for (int prompt = 0; prompt < 12; prompt++)
        {
            await fleet.AskAsync(new string((char)('a' + prompt), 4800));
        }

        double contents = await fleet.Emulator.MetricAsync("plimsoll:prefix_cache_contents", value => value > 0);
        await Served.UntilAsync(() => fleet.Facts.Contents == contents);
        EngineCacheFacts facts = fleet.Facts;
        Assert.True(facts.IsExact && facts.RemovedBlocks > 500, $"{facts}");
        List<(long KeptTokens, int Places)> forgotten = await fleet.ForgottenAsync();
        Assert.NotEmpty(forgotten);
        Assert.All(forgotten, step => Assert.InRange(step.KeptTokens, 1, 120 * 16));
        Assert.All(forgotten, step => Assert.InRange(step.Places, 1, (step.KeptTokens + 511) / 512));
    }

    [Fact]
    public async Task A_lost_batch_makes_the_router_forget()
    {
        await using ListenedFleet fleet = await ListenedFleet.StartAsync(Emulators.Options(outputTokens: 2));
        await fleet.AskAsync(new string('a', 4800));
        await Served.UntilAsync(() => fleet.Facts.Blocks > 0);

        await fleet.Emulator.SetFaultsAsync("""["lose-events:1"]""");
        await fleet.AskAsync(new string('b', 4800));

        // What they are published by has done so when it answers.
        await fleet.Emulator.MetricAsync("plimsoll:prefix_cache_contents", value => value > 100);
        await fleet.Emulator.SetFaultsAsync("[]");
        await fleet.AskAsync(new string('c', 4800));

        await Served.UntilAsync(() => fleet.Facts.Losses == 1);
        Assert.False(fleet.Facts.IsExact);
        Assert.Equal([(0L, 0)], await fleet.ForgottenAsync());
    }

    [Fact]
    public async Task A_crashed_engine_is_forgotten_and_listened_to_again()
    {
        await using ListenedFleet fleet = await ListenedFleet.StartAsync(Emulators.Options(outputTokens: 2));
        await fleet.AskAsync(new string('a', 4800));
        await Served.UntilAsync(() => fleet.Facts.Blocks > 0);

        await fleet.Emulator.SetFaultsAsync("""["crash"]""");
        await Served.UntilAsync(() => fleet.Facts is { Losses: 1, Blocks: 0 });
        await fleet.Emulator.SetFaultsAsync("[]");
        await Served.UntilAsync(() => fleet.Facts.Connected && fleet.Gateway.Fleet.Ready && fleet.HasSubscriber);
        await fleet.AskAsync(new string('a', 4800));

        double contents = await fleet.Emulator.MetricAsync("plimsoll:prefix_cache_contents", value => value > 0);
        await Served.UntilAsync(() => fleet.Facts.Contents == contents);
        Assert.True(fleet.Facts.IsExact);
        Assert.Equal([(0L, 0)], await fleet.ForgottenAsync());
    }

    [Fact]
    public async Task What_is_no_engine_is_tried_again_and_harms_nobody()
    {
        using var stranger = new TcpListener(IPAddress.Loopback, 0);
        stranger.Start();
        await using Served served = await Served.StartAsync(1, change: options => options with
        {
            Backends = [options.Backends[0] with { KvEvents = new Uri($"tcp://{stranger.LocalEndpoint}") }],
        });
        for (int i = 0; i < 2; i++)
        {
            using TcpClient caller = await stranger.AcceptTcpClientAsync(Stop);
            await caller.GetStream().WriteAsync(new byte[64], Stop);
        }

        using HttpResponseMessage answer = await served.PostAsync(Served.Chat, stop: Stop);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(served.Gateway.Fleet.Replicas[0].Cache.Facts.Connected);
        Assert.Contains("plimsoll_replica_kv_events_up{replica=\"e0\"} 0", served.Gateway.Metrics.Page(), StringComparison.Ordinal);
    }
}
