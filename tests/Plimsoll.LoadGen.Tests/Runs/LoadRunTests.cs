using Plimsoll.Core;
using Plimsoll.LoadGen.Runs;

namespace Plimsoll.LoadGen.Tests.Runs;

/// <summary>The generator against servers that misbehave in every way.</summary>
public sealed class LoadRunTests
{
    private static async Task<bool> Well(int number, System.Net.Sockets.NetworkStream to)
    {
        await FakeServer.WriteAsync(to, FakeServer.Events(3));
        return true;
    }

    [Fact]
    public async Task Intended_starts_are_the_times_of_the_trace_to_the_nanosecond_and_nothing_starts_before_them()
    {
        await using FakeServer server = new FakeServer { Answer = Well }.Start();
        InferenceRequest[] requests = Loads.At(3, 0, 1.234567, 1.234567, 20, 41.000001, 60);

        LoadResult result = await Loads.RunAsync(server, Loads.Plan(server, requests));

        Assert.Equal(requests.Select(request => request.Arrival.Nanoseconds), result.Records.Select(record => record.Intended));
        Assert.All(result.Records, record => Assert.True(record.Started >= record.Intended, $"{record.Id} started early"));
        Assert.All(result.Records, record =>
            Assert.Equal((LoadOutcome.Completed, 3, 7, 3),
            (record.Outcome, record.OutputLength, record.PromptLength, record.ContentEvents)));
        Assert.All(result.Records, record =>
            Assert.True(record.Started <= record.Sent && record.Sent <= record.FirstContent && record.FirstContent <= record.Finished));
    }

    [Fact]
    public async Task A_server_that_stalls_delays_no_start_and_its_stall_shows_in_every_latency()
    {
        // No request is answered before the last one is there: a generator that waited for answers would never get that far.
        const int Count = 40;
        var all = new TaskCompletionSource();
        int seen = 0;
        await using FakeServer server = new FakeServer
        {
            Answer = async (_, to) =>
            {
                if (Interlocked.Increment(ref seen) == Count)
                {
                    all.SetResult();
                }

                await all.Task;
                await FakeServer.WriteAsync(to, FakeServer.Events(1));
                return true;
            },
        }.Start();
        InferenceRequest[] requests = Loads.At(1, [.. Enumerable.Range(0, Count).Select(i => 5.0 * i)]);

        LoadResult result = await Loads.RunAsync(server, Loads.Plan(server, requests));

        long last = requests[^1].Arrival.Nanoseconds;
        Assert.All(result.Records, record => Assert.Equal(LoadOutcome.Completed, record.Outcome));
        Assert.All(result.Records, record => Assert.True(record.FirstContent >= last));
        Assert.All(result.Records, record => Assert.True(record.Ttft >= last - record.Intended, "the stall was left out"));
    }

    [Fact]
    public async Task Every_request_is_accounted_for_whatever_became_of_it()
    {
        // 0 well, 1 too many, 2 an error, 3 no answer of the API, 4 broken off, 5 an error in the stream, 6 no HTTP, 7 hung up on, 8 never
        // answered.
        var never = new TaskCompletionSource<bool>();
        await using FakeServer server = new FakeServer
        {
            Answer = async (number, to) =>
            {
                switch (number)
                {
                    case 0 or 7:
                        return await Well(number, to);
                    case 1:
                        await FakeServer.WriteAsync(to, """{"error":{"message":"slow down"}}""", 429, "application/json");
                        return true;
                    case 2:
                        await FakeServer.WriteAsync(to, """{"error":{"message":"boom"}}""", 500, "application/json");
                        return true;
                    case 3:
                        await FakeServer.WriteAsync(to, "<html>welcome</html>", 200, "text/html");
                        return true;
                    case 4:
                        await FakeServer.BeginAsync(to);
                        await FakeServer.ChunkAsync(to, "data: {\"choices\":[{\"text\":\"x\"}]}\n\n");
                        return false;
                    case 5:
                        await FakeServer.WriteAsync(to,
                            "data: {\"choices\":[{\"text\":\"x\"}]}\n\ndata: {\"error\":{\"message\":\"out of memory\"}}\n\ndata: [DONE]\n\n");
                        return true;
                    case 6:
                        await to.WriteAsync("SSH-2.0-hello\r\n"u8.ToArray());
                        return false;
                    default:
                        return await never.Task;
                }
            },
        }.Start();
        InferenceRequest[] requests = Loads.At(3, [.. Enumerable.Range(0, 9).Select(i => 30.0 * i)]);
        requests[7] = requests[7] with { Details = new RequestDetails { CancelledAfterTokens = 2 } };

        // Each starts when the one before has ended, so that the server's numbers are the requests'.
        LoadResult result = await Loads.RunAsync(server,
            Loads.Plan(server, requests) with { ClosedConcurrency = 1, Drain = Duration.FromMilliseconds(500) });
        never.SetResult(false);

        LoadOutcome[] outcomes =
        [
            LoadOutcome.Completed, LoadOutcome.Rejected, LoadOutcome.Failed, LoadOutcome.Failed, LoadOutcome.Failed, LoadOutcome.Failed,
                LoadOutcome.Failed,
            LoadOutcome.Cancelled, LoadOutcome.InFlight,
        ];
        Assert.Equal(outcomes, result.Records.Select(record => record.Outcome));
        Assert.Equal(
            [
                null, "HTTP 429: slow down", "HTTP 500: boom", "the answer is not a stream of events: <html>welcome</html>",
                    "the answer broke off",
                "error in the stream: out of memory", "the server does not answer in HTTP/1.1", null, null,
            ],
            result.Records.Select(record => record.Reason));
    }

    [Fact]
    public async Task A_connection_that_the_server_closed_while_it_waited_costs_no_request()
    {
        // The server promises to keep connections and closes each after one answer.
        await using FakeServer server = new FakeServer
        {
            Answer = async (_, to) =>
            {
                await FakeServer.WriteAsync(to, FakeServer.Events(1));
                return false;
            },
        }.Start();

        LoadResult result = await Loads.RunAsync(server, Loads.Plan(server, Loads.At(1, 0, 100, 200, 300)));

        Assert.All(result.Records, record => Assert.Equal((LoadOutcome.Completed, null), (record.Outcome, record.Reason)));
        Assert.Equal(4, server.Bodies.Count);
    }

    [Fact]
    public async Task A_request_without_an_answer_in_time_has_failed()
    {
        var never = new TaskCompletionSource<bool>();
        await using FakeServer server = new FakeServer { Answer = (_, _) => never.Task }.Start();

        LoadResult result = await Loads.RunAsync(server,
            Loads.Plan(server, Loads.At(1, 0, 1)) with { Timeout = Duration.FromMilliseconds(200) });
        never.SetResult(false);

        Assert.All(result.Records, record => Assert.Equal((LoadOutcome.Failed, "no answer within 0.2 s"), (record.Outcome, record.Reason)));
    }

    [Fact]
    public async Task A_closed_loop_keeps_its_number_in_flight_and_counts_from_the_end_of_the_one_before()
    {
        const int Concurrency = 4;
        int running = 0;
        int most = 0;
        var full = new TaskCompletionSource();
        await using FakeServer server = new FakeServer
        {
            Answer = async (number, to) =>
            {
                int now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                if (now == Concurrency)
                {
                    full.TrySetResult();
                }

                await full.Task;
                Interlocked.Decrement(ref running);
                return await Well(number, to);
            },
        }.Start();

        LoadResult result = await Loads.RunAsync(server,
            Loads.Plan(server, Loads.At(3, new double[40])) with { ClosedConcurrency = Concurrency });

        Assert.Equal(Concurrency, most);
        Assert.Equal(40, result.Records.Count(record => record.Outcome == LoadOutcome.Completed));
        long[] ends = [.. result.Records.Select(record => record.Finished).Order()];
        long[] starts = [.. result.Records.Select(record => record.Intended).Order()];
        Assert.Equal(new long[Concurrency], starts[..Concurrency]);
        Assert.All(Enumerable.Range(Concurrency, 36), i =>
            Assert.True(starts[i] >= ends[i - Concurrency], $"start {i} before the end it waits for"));
    }

    [Fact]
    public async Task An_interruption_keeps_what_has_ended_and_counts_the_rest_as_in_flight()
    {
        var never = new TaskCompletionSource<bool>();
        await using FakeServer server = new FakeServer { Answer = (number, to) => number < 2 ? Well(number, to) : never.Task }.Start();
        InferenceRequest[] requests = Loads.At(3, [.. Enumerable.Range(0, 3).Select(i => 40.0 * i), 3_600_000]);

        LoadResult result = await Loads.RunAsync(server, Loads.Plan(server, requests),
            new Loads.Watcher((started, ended) => !(started == 3 && ended == 2)));
        never.SetResult(false);

        Assert.True(result.Interrupted);
        // On a busy machine they may reach the server in another order.
        Assert.Equal([LoadOutcome.InFlight, LoadOutcome.Completed, LoadOutcome.Completed], result.Records.Select(record => record.Outcome).Order());
    }

    [Fact]
    public async Task Times_come_from_pieces_with_content_and_lengths_from_the_counts_of_the_server()
    {
        // Two tokens in one chunk, a pause, three tokens in another, and usage with the last; a comment and an empty delta carry nothing.
        var first = new TaskCompletionSource();
        await using FakeServer server = new FakeServer
        {
            Answer = async (_, to) =>
            {
                await FakeServer.BeginAsync(to);
                await FakeServer.ChunkAsync(to,
                    ": ping\n\ndata: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n");
                await FakeServer.ChunkAsync(to, "data: {\"choices\":[{\"delta\":{\"content\":\"two tokens\"}}],\"usage\":null}\n\n");
                await first.Task;
                await FakeServer.ChunkAsync(to,
                    "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"three more\"},\"finish_reason\":\"stop\"}]}\n\n");
                await FakeServer.ChunkAsync(to,
                    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":5,\"prompt_tokens_details\":{\"cached_tokens\":4}}}\n\n");
                await FakeServer.ChunkAsync(to, "data: [DONE]\n\n");
                await FakeServer.EndAsync(to);
                return true;
            },
        }.Start();
        Task<LoadResult> run = Loads.RunAsync(server, Loads.Plan(server, Loads.At(5, 0)));
        await Task.Delay(TimeSpan.FromMilliseconds(80), TestContext.Current.CancellationToken);
        first.SetResult();

        RequestRecord record = Assert.Single((await run).Records);

        Assert.Equal((2, 5, 5, 4, LoadOutcome.Completed),
            (record.ContentEvents, record.OutputLength, record.PromptLength, record.CachedTokens, record.Outcome));
        Assert.Equal(record.LastContent, record.Finished);
        Assert.Equal((record.LastContent - record.FirstContent) / 4, record.Tpot);
        Assert.Equal((record.LastContent - record.FirstContent) / 1e9, (await run).Gaps.Max.Seconds, 9);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (int seen = most; value > seen; seen = most)
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }
}
