using System.Globalization;
using Plimsoll.Core;
using Plimsoll.Gateway.Emulation;
using Plimsoll.Gateway.Hosting;
using Plimsoll.Gateway.Tests.Emulation;
using Plimsoll.Gateway.Tests.Hosting;
using Plimsoll.Policies;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Dispatch.Log;

namespace Plimsoll.Gateway.Tests.Backends.KvEvents;

/// <summary>What engines hold is known by its tokens, whoever sent it there.</summary>
public sealed class ExactPrefixTests
{
    // Twenty-five places of 512 tokens at four characters a token.
    private const int LongCharacters = 51_200;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_prompt_goes_where_its_beginning_is_though_the_gateway_never_sent_it_there(int holder)
    {
        await using ListenedFleet fleet = await ListenedFleet.StartAsync(Emulators.Options(outputTokens: 2), engines: 2, Tokenizing);
        await fleet.Emulators[holder].PostAsync("/v1/completions", Body("/v1/completions", Long('a')));
        await Served.UntilAsync(() => fleet.FactsOf(holder).Prefixes == 25);

        for (int i = 0; i < 3; i++)
        {
            await fleet.AskAsync(Long('a') + new string((char)('q' + i), 2_000));
        }

        Assert.Equal([holder, holder, holder], await SentAsync(fleet));
        Assert.Equal(3, fleet.Gateway.Metrics.Tokenized.Of("asked"));
    }

    [Fact]
    public async Task Conversations_and_token_numbers_are_compared_too()
    {
        await using ListenedFleet fleet = await ListenedFleet.StartAsync(Emulators.Options(outputTokens: 2), engines: 2, Tokenizing);
        string numbers = "[" + string.Join(',', Enumerable.Range(0, 12_800).Select(i => i.ToString(CultureInfo.InvariantCulture))) + "]";
        await fleet.Emulators[1].PostAsync("/v1/chat/completions", Body("/v1/chat/completions", Long('a')));
        await fleet.Emulators[1].PostAsync("/v1/completions", $$"""{"model":"little","prompt":{{numbers}}}""");
        await Served.UntilAsync(() => fleet.FactsOf(1).Prefixes == 50);

        await fleet.PostAsync("/v1/chat/completions", Body("/v1/chat/completions", Long('a')));
        await fleet.PostAsync("/v1/completions", $$"""{"model":"little","prompt":{{numbers}}}""");

        Assert.Equal([1, 1], await SentAsync(fleet));
        Assert.Equal((1, 1), (fleet.Gateway.Metrics.Tokenized.Of("asked"), fleet.Gateway.Metrics.Tokenized.Of("given")));
    }

    [Fact]
    public async Task After_an_eviction_it_goes_there_no_longer()
    {
        EmulatorOptions options = Emulators.Options(outputTokens: 2);
        options = options with { Replica = options.Replica with { KvBlocks = 1_000 } };
        await using ListenedFleet fleet = await ListenedFleet.StartAsync(options, engines: 2, Tokenizing);
        await fleet.Emulators[1].PostAsync("/v1/completions", Body("/v1/completions", Long('a')));
        await Served.UntilAsync(() => fleet.FactsOf(1).Prefixes == 25);

        await fleet.Emulators[1].PostAsync("/v1/completions", Body("/v1/completions", Long('b')));
        double contents = await fleet.Emulators[1].MetricAsync("plimsoll:prefix_cache_contents", value => value > 0);
        await Served.UntilAsync(() => fleet.FactsOf(1).RemovedBlocks > 0 && fleet.FactsOf(1).Contents == contents);
        await fleet.AskAsync(Long('b'));
        int[] hits = [.. (await HitsAsync(fleet, Long('a'), Long('b'))).Select(hits => hits[1])];

        // A thousand blocks hold the second prompt and some of the first.
        Assert.InRange(hits[0], 0, (1_000 * 16) - LongCharacters / 4);
        Assert.Equal(12_800, hits[1]);
    }

    [Fact]
    public async Task A_gateway_that_starts_later_knows_what_was_there()
    {
        int started = 0;
        await using ListenedFleet fleet = await ListenedFleet.StartAsync(
            Emulators.Options(outputTokens: 2),
            engines: 2,
            Tokenizing,
            async emulator =>
            {
                if (started++ == 1)
                {
                    await emulator.PostAsync("/v1/completions", Body("/v1/completions", Long('a')));
                    await emulator.MetricAsync("plimsoll:prefix_cache_contents", value => value == 800);
                }
            },
            replays: true);
        await Served.UntilAsync(() => fleet.FactsOf(1).Prefixes == 25);

        await fleet.AskAsync(Long('a') + "and more");

        List<int> sent = await SentAsync(fleet);
        Assert.Equal([1], sent);
    }

    [Fact]
    public async Task A_policy_that_looks_for_prefixes_is_told_of_those_there_were_before()
    {
        DispatcherConfiguration? exact = null;
        await using ListenedFleet fleet = await ListenedFleet.StartAsync(Emulators.Options(outputTokens: 2), engines: 2, options =>
        {
            exact = options.Policies;
            return Tokenizing(options) with { Policies = exact with { Routing = PolicyCatalog.Routing.Parse("round-robin", out _)! } };
        });
        await fleet.Emulators[1].PostAsync("/v1/completions", Body("/v1/completions", Long('a')));
        await Served.UntilAsync(() => fleet.FactsOf(1).Prefixes == 25);

        fleet.Gateway.Fleet.Reconfigure(new ServingPolicies(exact!));
        await fleet.AskAsync(Long('a') + "and more");
        await fleet.AskAsync(Long('a') + "and else");

        List<int> sent = await SentAsync(fleet);
        Assert.Equal([1, 1], sent);
    }

    [Fact]
    public async Task A_crash_drops_what_was_there()
    {
        await using ListenedFleet fleet = await ListenedFleet.StartAsync(Emulators.Options(outputTokens: 2), engines: 2, Tokenizing);
        await fleet.Emulators[1].PostAsync("/v1/completions", Body("/v1/completions", Long('a')));
        await Served.UntilAsync(() => fleet.FactsOf(1).Prefixes == 25);

        await fleet.Emulators[1].SetFaultsAsync("""["crash"]""");
        await Served.UntilAsync(() => fleet.FactsOf(1) is { Losses: 1, Prefixes: 0 });

        int[] hits = (await HitsAsync(fleet, Long('a')))[0];
        Assert.Equal([0, 0], hits);
    }

    [Fact]
    public async Task The_exact_count_of_tokens_takes_the_place_of_the_guess()
    {
        await using ListenedFleet fleet = await ListenedFleet.StartAsync(Emulators.Options(outputTokens: 2), change: Tokenizing);
        await fleet.Emulator.PostAsync("/v1/completions", Body("/v1/completions", Long('z')));
        await Served.UntilAsync(() => fleet.Facts.Prefixes == 25);

        await fleet.AskAsync(new string('a', 4_001));

        int tokens = 0;
        await foreach ((DispatchInput told, _) in fleet.ReplayAsync())
        {
            tokens = told.Kind == DispatchInputKind.Arrived ? told.Request.PromptTokens : tokens;
        }

        Assert.Equal(1_001, tokens);
    }

    private static GatewayOptions Tokenizing(GatewayOptions options) =>
        options with { Tokenizes = true, TokenizeTimeout = Duration.FromMilliseconds(10_000) };

    private static string Long(char with) => new(with, LongCharacters);

    private static string Body(string path, string text) => path == "/v1/completions"
        ? $$"""{"model":"little","prompt":"{{text}}"}"""
        : $$"""{"model":"little","messages":[{"role":"user","content":[{"type":"text","text":"{{text}}"}]}]}""";

    private static async Task<List<int>> SentAsync(ListenedFleet fleet)
    {
        List<int> sent = [];
        long[] counts = [.. fleet.Gateway.Fleet.Replicas.Select(replica => fleet.Gateway.Metrics.Sent.Of(replica.Backend.Name))];
        await foreach ((DispatchInput told, _) in fleet.ReplayAsync())
        {
            if (told.Kind == DispatchInputKind.Ended)
            {
                sent.Add(told.Replica);
            }
        }

        Assert.Equal(counts, counts.Select((_, engine) => (long)sent.Count(replica => replica == engine)));
        return sent;
    }

    // What a dispatcher that goes on from the end of the log believes of each engine.
    private static async Task<List<int[]>> HitsAsync(ListenedFleet fleet, params string[] prompts)
    {
        DispatcherState? last = null;
        await foreach ((_, DispatcherState after) in fleet.ReplayAsync())
        {
            last = after;
        }

        List<int[]> hits = [];
        foreach (string prompt in prompts)
        {
            int[] tokens = PromptText.Of(prompt, 0, false, 16).TokenIds;
            hits.Add(BelievedHits.Of(last!, tokens, blockTokens: 16, replicas: fleet.Emulators.Count));
        }

        return hits;
    }
}
