using Plimsoll.Core;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Gateway.Recording;
using Plimsoll.Policies;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Dispatch.Log;

namespace Plimsoll.Gateway.Tests.Recording;

public sealed class DecisionRecorderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plimsoll-test-").FullName;
    private readonly List<string> _said = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Files_follow_each_other_and_each_can_be_replayed_alone()
    {
        await RecordAsync(requests: 400, mostBytes: 1 << 20, fileBytes: 8_000);

        List<DecisionReader> files = [.. Files().Select(file => ReadThrough(file).Reader)];
        Assert.True(files.Count > 5, $"{files.Count} files");
        Assert.Equal(Enumerable.Range(1, files.Count), files.Select(file => file.Head!.Part));
        Assert.All(files, file => Assert.Equal(0, file.Head!.Lost));
        long next = 0;
        using var writer = new DecisionWriter();
        byte[]? state = null;
        foreach (string file in Files())
        {
            (DecisionReader reader, DecisionReplay replay) = ReadThrough(file);
            Assert.Equal(next, reader.Head!.After);
            Assert.True(state is null || state.AsSpan().SequenceEqual(writer.BytesOf(reader.State!)), file);
            (next, state) = (replay.LastEvent, writer.BytesOf(replay.State));
        }
    }

    [Fact]
    public async Task The_oldest_files_make_room()
    {
        await RecordAsync(requests: 600, mostBytes: 40_000, fileBytes: 8_000);

        Assert.InRange(Files().Sum(file => new FileInfo(file).Length), 1, 40_000);
        Assert.True(ReadThrough(Files()[0]).Reader.Head!.Part > 1, "nothing was removed");
        Assert.All(Files(), file => ReadThrough(file));
    }

    [Fact]
    public async Task The_next_run_goes_on_counting_files()
    {
        await RecordAsync(requests: 1, mostBytes: 1 << 20, fileBytes: 8_000);
        await RecordAsync(requests: 1, mostBytes: 1 << 20, fileBytes: 8_000);

        Assert.Equal(["decisions-000001.log", "decisions-000002.log"], Files().Select(file => Path.GetFileName(file)));
    }

    [Fact]
    public async Task A_folder_that_vanishes_stops_recording_and_nothing_else()
    {
        var folder = new RecordFolder(Path.Combine(_folder, "gone"), 1 << 20, 8_000);
        Directory.Delete(Path.Combine(_folder, "gone"));
        var recorder = new DecisionRecorder(folder, DateTimeOffset.UnixEpoch, _said.Add);
        Dispatcher dispatcher = Create();
        await using (var loop = new DispatchLoop(dispatcher, new GatewayClock(TimeProvider.System), recorder.Open("m", dispatcher)))
        {
            loop.Ended(await loop.PlaceAsync(Request(), TestContext.Current.CancellationToken));
        }

        await recorder.DisposeAsync();

        Assert.Contains("no longer recorded", Assert.Single(_said), StringComparison.Ordinal);
    }

    // The writer never gets to work as long as this thread holds on: the queue fills, a gap follows, and after it the state.
    [Fact]
    public async Task What_the_disk_is_too_slow_for_leaves_a_gap_and_the_rest_replays()
    {
        var recorder = new DecisionRecorder(new RecordFolder(_folder, 1L << 30, 1L << 30), DateTimeOffset.UnixEpoch, _said.Add);
        Dispatcher dispatcher = Create();
        IDispatchWitness witness = recorder.Open("m", dispatcher);
        var effects = new DispatchEffects();
        long id = 0;

        // Each request carries a megabyte of hashes, of which no more than 64 may wait to be written.
        ulong[] hashes = new ulong[1 << 17];
        for (int i = 0; i < 2_000 && (recorder.Gaps == 0 || i < 500); i++)
        {
            Tell(dispatcher, witness, effects, new InferenceRequest(new RequestId(id), new Instant(id++), 1, 1, new RequestDetails { PrefixHashArray = hashes, BlockTokens = 1 }));
        }

        Assert.True(recorder.Gaps > 0, "there was no gap");
        for (int i = 0; i < 20_000 && Files().Length < 2; i++)
        {
            Tell(dispatcher, witness, effects, new InferenceRequest(new RequestId(id), new Instant(id++), 1, 1));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        await recorder.DisposeAsync();

        DecisionReader[] files = [.. Files().Select(file => ReadThrough(file).Reader)];
        Assert.True(files.Length >= 2 && files[^1].Head!.Lost > 0, $"{files.Length} files");
    }

    private static void Tell(Dispatcher dispatcher, IDispatchWitness witness, DispatchEffects effects, in InferenceRequest request)
    {
        var input = new DispatchInput { Kind = DispatchInputKind.Arrived, Now = request.Arrival, Request = request };
        dispatcher.Apply(input, effects);
        witness.Saw(input, effects.All);
        effects.Clear();
    }

    private async Task RecordAsync(int requests, long mostBytes, long fileBytes)
    {
        var recorder = new DecisionRecorder(new RecordFolder(_folder, mostBytes, fileBytes), DateTimeOffset.UnixEpoch, _said.Add);
        Dispatcher dispatcher = Create();
        await using (var loop = new DispatchLoop(dispatcher, new GatewayClock(TimeProvider.System), recorder.Open("m", dispatcher)))
        {
            for (int i = 0; i < requests; i++)
            {
                loop.Ended(await loop.PlaceAsync(Request(), TestContext.Current.CancellationToken));
                if (i % 20 == 0)
                {
                    // Let the writer see that a file is full.
                    await Task.Delay(1, TestContext.Current.CancellationToken);
                }
            }
        }

        await recorder.DisposeAsync();
        Assert.Empty(_said);
    }

    private string[] Files() => [.. Directory.EnumerateFiles(_folder, "decisions-*.log").Order(StringComparer.Ordinal)];

    private static (DecisionReader Reader, DecisionReplay Replay) ReadThrough(string file)
    {
        var reader = new DecisionReader();
        DecisionReplay? replay = null;
        ReadOnlyMemory<byte> rest = File.ReadAllBytes(file);
        while (!rest.IsEmpty)
        {
            int end = rest.Span.IndexOf((byte)'\n');
            Assert.True(DecisionLine.TryRead(rest[..end], out ReadOnlyMemory<byte> json), file);
            if (reader.Read(json) is { } each)
            {
                Assert.Null(replay!.Feed(each));
            }

            replay ??= reader.State is null ? null : new DecisionReplay(reader.Head!, reader.State);
            rest = rest[(end + 1)..];
        }

        return (reader, replay!);
    }

    private static Ticket Request() => new(new InferenceRequest(default, default, 10, 1, new RequestDetails { Client = "c" }));

    private static Dispatcher Create() => new(
        new DispatcherConfiguration(
            PolicyCatalog.Admission.Default, PolicyCatalog.Ordering.Parse("vtc", out _)!, PolicyCatalog.Routing.Parse("power-of-two", out _)!, null),
        3,
        new RandomTree(5).Stream("routing"));
}
