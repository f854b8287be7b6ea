using Plimsoll.Core;
using Plimsoll.Workloads.Arrivals;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Workloads.Tests;

public sealed class SourceTests
{
    [Fact]
    public void Generated_requests_repeat_and_do_not_depend_on_the_block_size()
    {
        List<InferenceRequest> requests = Draw.All(Generated(new UniformLength(1, 500)), 1);
        Assert.Equal(requests, Draw.All(Generated(new UniformLength(1, 500)), 64));
        Assert.Equal(1000, requests.Count);
        Draw.AreNumberedInOrder(requests);
    }

    [Fact]
    public void Changing_one_distribution_leaves_the_others_as_they_were()
    {
        List<InferenceRequest> a = Draw.All(Generated(new UniformLength(1, 500)));
        List<InferenceRequest> b = Draw.All(Generated(new GeometricLength(20)));
        Assert.Equal(
            a.Select(request => (request.Arrival, request.PromptTokens)), b.Select(request => (request.Arrival, request.PromptTokens)));
        Assert.NotEqual(a.Select(request => request.OutputTokens), b.Select(request => request.OutputTokens));
    }

    [Fact]
    public void Generating_allocates_nothing()
    {
        GeneratedSource source = Generated(new UniformLength(1, 500));
        InferenceRequest[] block = new InferenceRequest[100];
        source.Read(block);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 9; i++)
        {
            source.Read(block);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Limited_gives_the_first_requests()
    {
        Assert.Equal(2, Draw.All(new Limited(Listed.At(1, 2, 3), 2)).Count);
        Assert.Equal(3, Draw.All(new Limited(Listed.At(1, 2, 3), 5), 2).Count);
        Assert.Empty(Draw.All(new Limited(Listed.At(1, 2, 3), 0)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(50)]
    public void Slices_count_from_their_own_start(int blockSize)
    {
        List<InferenceRequest> byTime = Draw.All(
            Sliced.ByTime(Listed.At(0, 1, 2.5, 3, 4), Instant.FromSeconds(1.5), Instant.FromSeconds(4)), blockSize);
        Assert.Equal([(0L, 1.0, 12), (1, 1.5, 13)], byTime.Select(Fields));
        List<InferenceRequest> byRequest = Draw.All(Sliced.ByRequest(Listed.At(0, 1, 2.5, 3, 4), 2, 4), blockSize);
        Assert.Equal([(0L, 0.0, 12), (1, 0.5, 13)], byRequest.Select(Fields));
    }

    [Fact]
    public void Turns_of_a_session_share_exactly_what_was_said_before()
    {
        const int Block = 8;
        List<InferenceRequest> requests = Draw.All(Sessions(systemPrompts: 3, skew: 1));
        Draw.AreNumberedInOrder(requests);
        foreach (IGrouping<string, InferenceRequest> session in requests.GroupBy(request => request.Details!.Session!))
        {
            InferenceRequest? last = null;
            foreach (InferenceRequest turn in session)
            {
                if (last is { } before)
                {
                    Assert.True(turn.Arrival >= before.Arrival);
                    Assert.True(turn.PromptTokens > before.PromptTokens + before.OutputTokens);
                    int said = (before.PromptTokens + before.OutputTokens) / Block;
                    Assert.Equal(before.Details!.PrefixHashArray[..said], turn.Details!.PrefixHashArray[..said]);
                    Assert.Equal(said, CommonBlocks(before, turn));
                }

                last = turn;
            }
        }
    }

    [Fact]
    public void Sessions_share_only_the_whole_blocks_of_their_system_prompt()
    {
        List<InferenceRequest> firsts = [.. Draw.All(Sessions(systemPrompts: 3, skew: 0)).DistinctBy(request => request.Details!.Session)];
        int groups = firsts.Select(request => request.Details!.PrefixHashArray[0]).Distinct().Count();
        Assert.Equal(3, groups);
        foreach (InferenceRequest other in firsts.Skip(1))
        {
            Assert.Contains(CommonBlocks(firsts[0], other), (int[])[0, 100 / 8]);
        }
    }

    [Fact]
    public void Popular_system_prompts_are_popular_by_the_zipf_law()
    {
        int[] counts = [.. Draw.All(Sessions(systemPrompts: 3, skew: 1)).DistinctBy(request => request.Details!.Session)
            .CountBy(request => request.Details!.PrefixHashArray[0]).Select(pair => pair.Value).OrderDescending()];
        Assert.Equal(400, counts.Sum());
        Assert.Equal(400 * 6.0 / 11, counts[0], 45.0);
        Assert.Equal(400 * 3.0 / 11, counts[1], 40.0);
    }

    [Fact]
    public void Sessions_end_before_their_prompts_grow_too_long()
    {
        SessionOptions options = Options(1, 0) with { MaxPromptTokens = 250, Turns = new ConstantLength(50) };
        List<InferenceRequest> requests = Draw.All(new SessionSource(options, new RandomTree(3)));
        Assert.All(requests, request => Assert.InRange(request.PromptTokens, 101, 250));
        Assert.Equal(400, requests.Select(request => request.Details!.Session).Distinct().Count());
    }

    private static (long Id, double Seconds, int Prompt) Fields(InferenceRequest request) =>
        (request.Id.Value, request.Arrival.Seconds, request.PromptTokens);

    private static int CommonBlocks(in InferenceRequest a, in InferenceRequest b) =>
        a.Details!.PrefixHashArray.AsSpan().CommonPrefixLength(b.Details!.PrefixHashArray);

    private static SessionSource Sessions(int systemPrompts, double skew) => new(Options(systemPrompts, skew), new RandomTree(9));

    private static SessionOptions Options(int systemPrompts, double skew) => new()
    {
        Arrivals = new PoissonArrivals(2),
        Sessions = 400,
        Turns = new GeometricLength(4),
        UserTokens = new UniformLength(5, 60),
        OutputTokens = new GeometricLength(40),
        SystemTokens = 100,
        SystemPrompts = systemPrompts,
        SystemPromptSkew = skew,
        BlockTokens = 8,
    };

    private static GeneratedSource Generated(LengthDistribution output) =>
        new(new PoissonArrivals(10), new LogNormalLength(100, 200), output, 1000, new RandomTree(17));
}
