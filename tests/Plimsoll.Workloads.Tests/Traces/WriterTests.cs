using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Plimsoll.Core;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Workloads.Tests.Traces;

public sealed class WriterTests
{
    public static TheoryData<string> Writable => [.. TraceFormats.All.Where(format => format.CanWrite).Select(format => format.Name)];

    [Fact]
    public void Own_format_gives_back_every_field()
    {
        Gen<string?> names = Gen.Elements<string?>(null, "a", "b,c", "say \"hi\"", " blank ", "ünï", "\"", "x\"\"y", "0x1;2");
        Gen<int?> numbers = Gen.OneOf(Gen.Constant<int?>(null), Gen.Choose(1, 1_000_000).Select(n => (int?)n));
        Gen<RequestDetails> details =
            from id in names
            from session in names
            from client in names
            from model in names
            from adapter in names
            from priority in Gen.Choose(-5, 5)
            from deadline in numbers
            from lower in numbers
            from cancelled in numbers
            from most in numbers
            from hashes in Gen.Choose(int.MinValue, int.MaxValue).Select(n => StableHash.Mix((ulong)n)).ArrayOf()
            select new RequestDetails
            {
                ExternalId = id,
                Session = session,
                Client = client,
                Model = model,
                Adapter = adapter,
                Priority = priority,
                Deadline = deadline is { } time ? new Duration(time * 1_000_003L) : null,
                OutputLower = lower,
                OutputUpper = lower + 7,
                CancelledAfterTokens = cancelled,
                MaxOutputTokens = most,
                PrefixHashArray = hashes,
                BlockTokens = hashes.Length == 0 ? 0 : 16,
            };
        Gen<(long Gap, int Prompt, int Output, RequestDetails? Details)> rows =
            from gap in Gen.Choose(0, int.MaxValue)
            from prompt in Gen.Choose(1, 200_000)
            from output in Gen.Choose(1, 9_000)
            from some in Gen.OneOf(Gen.Constant<RequestDetails?>(null), details.Select(d => (RequestDetails?)d))
            select ((long)gap * 7, prompt, output, some);
        Prop.ForAll(rows.NonEmptyListOf().ToArbitrary(), list =>
        {
            long time = 0;
            InferenceRequest[] requests = [.. list.Select((row, i) =>
                new InferenceRequest(new RequestId(i), new Instant(time += row.Gap), row.Prompt, row.Output, row.Details))];
            Read read = Read.Bytes(Write("plimsoll", requests, out IReadOnlyList<string> losses));
            read.IsClean();
            Assert.Empty(losses);
            Assert.Equal(requests.Select(Describe), read.Requests.Select(Describe));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Writable))]
    public void What_is_written_is_recognised_and_read_back(string name)
    {
        InferenceRequest[] requests = [.. Enumerable.Range(0, 9000).Select(i =>
            new InferenceRequest(new RequestId(i), Instant.Zero + Duration.FromMilliseconds(i * 37L), 1 + (i % 977), 1 + (i % 31)))];
        Read read = Read.Bytes(Write(name, requests, out IReadOnlyList<string> losses));
        read.IsClean();
        Assert.Empty(losses);
        Assert.Equal(name, read.Source!.Format.Name);
        Assert.Equal(
            requests.Select(request => (request.Arrival.Seconds, request.PromptTokens, request.OutputTokens)), read.Rows);
    }

    [Fact]
    public void Mooncake_keeps_its_own_blocks_and_loses_others()
    {
        RequestDetails own = new() { PrefixHashArray = [5, ulong.MaxValue], BlockTokens = 512 };
        byte[] kept = Write("mooncake", [new InferenceRequest(default, Instant.Zero, 600, 1, own)], out IReadOnlyList<string> none);
        Assert.Empty(none);
        Assert.Equal([5, ulong.MaxValue], Read.Bytes(kept).Requests[0].Details!.PrefixHashes);
        RequestDetails other = new() { PrefixHashArray = [5], BlockTokens = 16 };
        Write("mooncake", [new InferenceRequest(default, new Instant(1_500_000), 16, 1, other)], out IReadOnlyList<string> lost);
        Assert.Equal(
            [
                "mooncake does not hold prefix hashes (or hashes of that block size)",
                "mooncake does not hold times finer than a millisecond, which are rounded down",
            ],
            lost);
    }

    [Fact]
    public void Losses_name_what_was_seen_and_cannot_be_held()
    {
        RequestDetails details = new() { Session = "s", Model = "m", Deadline = Duration.FromSeconds(1) };
        Write("burstgpt", [new InferenceRequest(default, new Instant(1), 16, 1, details)], out IReadOnlyList<string> lost);
        Assert.Equal(["burstgpt does not hold sessions", "burstgpt does not hold deadlines"], lost);
        Assert.Equal(
            ["azure does not hold clients", "azure does not hold times finer than 100 ns, which are rounded down"],
            TraceFormats.Find("azure")!.LossesFor(
                TraceFeatures.Clients | TraceFeatures.Arrivals | TraceFeatures.Nanoseconds | TraceFeatures.Microseconds));
        Assert.Empty(TraceFormats.Plimsoll.LossesFor((TraceFeatures)int.MaxValue));
        Assert.Throws<InvalidOperationException>(() => TraceFormats.Find("apex")!.CreateWriter(Stream.Null));
    }

    [Fact]
    public void Azure_is_written_as_published()
    {
        byte[] bytes = Write("azure", [new InferenceRequest(default, new Instant(61_000_000_100), 3, 4)], out _);
        Assert.Equal("TIMESTAMP,ContextTokens,GeneratedTokens\r\n2000-01-01 00:01:01.0000001,3,4\r\n", Encoding.UTF8.GetString(bytes));
    }

    private static byte[] Write(string format, InferenceRequest[] requests, out IReadOnlyList<string> losses)
    {
        MemoryStream stream = new();
        using (TraceWriter writer = TraceFormats.Find(format)!.CreateWriter(stream))
        {
            writer.WriteAll(new Listed(requests));
            losses = writer.Losses;
            Assert.Equal(requests.Length, writer.Requests);
        }

        return stream.ToArray();
    }

    private static string Describe(InferenceRequest request)
    {
        RequestDetails d = request.Details ?? new RequestDetails();
        return string.Join(
            '|', request.Id, request.Arrival.Nanoseconds, request.PromptTokens, request.OutputTokens, d.ExternalId, d.Session, d.Client,
            d.Model, d.Adapter, d.Priority, d.Deadline, d.OutputLower, d.OutputUpper, d.CancelledAfterTokens, d.MaxOutputTokens,
            d.BlockTokens, string.Join(';', d.PrefixHashes));
    }
}
