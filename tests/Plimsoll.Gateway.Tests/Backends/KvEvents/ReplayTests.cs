using System.Net;
using System.Net.Sockets;
using Plimsoll.Gateway.Tests.Emulation;
using Plimsoll.Gateway.Tests.Hosting;

namespace Plimsoll.Gateway.Tests.Backends.KvEvents;

/// <summary>Batches of events that were missed are asked for.</summary>
public sealed class ReplayTests
{
    [Fact]
    public async Task Lost_batches_are_had_by_asking_and_nothing_is_forgotten()
    {
        await using ListenedFleet fleet = await ListenedFleet.StartAsync(Emulators.Options(outputTokens: 2), replays: true);
        await fleet.AskAsync(new string('a', 4_800));
        await Served.UntilAsync(() => fleet.Facts.Blocks > 0);
        await fleet.Emulator.SetFaultsAsync("""["lose-events:1"]""");
        for (int i = 0; i < 5; i++)
        {
            await fleet.AskAsync(new string((char)('b' + i), 4_800));
        }

        // What was lost has been counted when it answers.
        await fleet.Emulator.MetricAsync("plimsoll:prefix_cache_contents", value => value == 450);
        await fleet.Emulator.SetFaultsAsync("[]");
        await fleet.AskAsync(new string('x', 4_800));
        await fleet.AskAsync(new string('y', 4_800));

        await Served.UntilAsync(() => fleet.Facts.Contents == 600);
        Assert.Equal((true, 0L), (fleet.Facts.IsExact, fleet.Facts.Losses));
        Assert.InRange(fleet.Facts.ReplayedBatches, 1, 1_000);
        Assert.Equal(fleet.Facts.Blocks, fleet.Facts.StoredBlocks - fleet.Facts.RemovedBlocks);
        Assert.Empty(await fleet.ForgottenAsync());
    }

    [Fact]
    public async Task Who_comes_late_learns_what_was_before()
    {
        await using ListenedFleet fleet = await ListenedFleet.StartAsync(
            Emulators.Options(outputTokens: 2),
            prepare: async emulator =>
            {
                await emulator.PostAsync("/v1/completions", $$"""{"model":"little","prompt":"{{new string('a', 4_800)}}"}""");
                await emulator.MetricAsync("plimsoll:prefix_cache_contents", value => value > 0);
            },
            replays: true);
        await Served.UntilAsync(() => fleet.Facts.Contents == 75);

        await fleet.AskAsync(new string('b', 4_800));

        await Served.UntilAsync(() => fleet.Facts.Contents == 150);
        Assert.Equal((true, 0L, 150), (fleet.Facts.IsExact, fleet.Facts.Losses, fleet.Facts.KnownContents));
    }

    [Fact]
    public async Task Where_nobody_answers_a_gap_is_a_loss_as_without_asking()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var nowhere = new Uri($"tcp://{silent.LocalEndpoint}");
        silent.Stop();
        await using ListenedFleet fleet = await ListenedFleet.StartAsync(
            Emulators.Options(outputTokens: 2),
            change: options => options with { Backends = [options.Backends[0] with { KvReplay = nowhere }] });
        await fleet.AskAsync(new string('a', 4_800));
        await Served.UntilAsync(() => fleet.Facts.Blocks > 0);
        await fleet.Emulator.SetFaultsAsync("""["lose-events:1"]""");
        await fleet.AskAsync(new string('b', 4_800));
        await fleet.Emulator.MetricAsync("plimsoll:prefix_cache_contents", value => value > 100);
        await fleet.Emulator.SetFaultsAsync("[]");
        await fleet.AskAsync(new string('c', 4_800));

        await Served.UntilAsync(() => fleet.Facts.Losses == 1);
        Assert.Equal((false, 0L), (fleet.Facts.IsExact, fleet.Facts.ReplayedBatches));
    }
}
