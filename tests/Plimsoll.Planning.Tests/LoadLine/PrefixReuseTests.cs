using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Planning.LoadLine;

namespace Plimsoll.Planning.Tests.LoadLine;

public sealed class PrefixReuseTests
{
    private const int Block = 16;

    [Fact]
    public void Content_that_nobody_has_in_common_changes_nothing()
    {
        RequestMoments plain = Of(100, caching: false, i => [Unique(i, 0), Unique(i, 1), Unique(i, 2)]);
        RequestMoments cached = Of(100, caching: true, i => [Unique(i, 0), Unique(i, 1), Unique(i, 2)]);

        Assert.Null(cached.Sharing);
        Assert.Equal(plain.TokenSteps, cached.TokenSteps, 1e-9);
        Assert.Equal(Line(plain).RequestsPerSecond, Line(cached).RequestsPerSecond, 1e-12);
    }

    [Fact]
    public void Cached_tokens_are_not_computed_but_held()
    {
        // The second request finds 32 of its 48 prompt tokens; its ramp is one chunk of 16 on top of them.
        var moments = new TraceMoments(Block, prefixCaching: true);
        moments.Add(Request(0, 48, 10, [1, 2, 3]));
        moments.Add(Request(1, 48, 10, [1, 2, 4]));

        RequestMoments built = moments.Build();

        Assert.Equal(16, built.Cached);
        Assert.Equal((16 + 32 + 48 + 48) / 2.0, built.TokenSteps - (48 * 10) - 55, 1e-9);
        Assert.Equal(((3 * 16) + 16) / 2.0, built.ComputedPrompt, 1e-9);
    }

    [Fact]
    public void The_last_prompt_token_is_computed_in_any_case()
    {
        var moments = new TraceMoments(Block, prefixCaching: true);
        moments.Add(Request(0, 32, 10, [1, 2]));
        moments.Add(Request(1, 32, 10, [1, 2]));

        Assert.Equal(31 / 2.0, moments.Build().Cached, 1e-9);
    }

    [Fact]
    public void A_prompt_that_all_share_is_held_once_by_a_full_replica()
    {
        // All but the first find 160 of 176 tokens, and hold 16 + 50 of their own for 51 steps or less.
        ulong[] common = [.. Enumerable.Range(1, 10).Select(i => (ulong)i)];
        RequestMoments moments = Of(1000, caching: true, i => [.. common, Unique(i, 0)]);
        LoadLineEstimate line = Line(moments);

        double apart = moments.TokenSteps * line.RequestsPerStep;
        double saved = moments.Sharing!.SavedTokens(line.RequestsPerStep);

        Assert.Equal(10, moments.Sharing.Blocks);
        Assert.Equal(Kv, apart - saved, 1e-6);
        // With so many inside, somebody always holds the common content: all but one copy is saved.
        double users = moments.Sharing.SavedTokens(1) + 160;
        Assert.Equal(160, (users * line.RequestsPerStep) - saved, 0.01 * users * line.RequestsPerStep);
    }

    [Fact]
    public void Sharing_raises_the_line_and_caching_lowers_the_tokens_to_compute()
    {
        ulong[] common = [.. Enumerable.Range(1, 10).Select(i => (ulong)i)];
        RequestMoments shared = Of(1000, caching: true, i => [.. common, Unique(i, 0)]);
        RequestMoments apart = Of(1000, caching: false, i => [.. common, Unique(i, 0)]);

        Assert.True(Line(shared).RequestsPerSecond > 2 * Line(apart).RequestsPerSecond);
        Assert.True(shared.ComputedTokens < 0.35 * apart.ComputedTokens);
    }

    private const double Kv = 20_000;

    private static LoadLineEstimate Line(RequestMoments moments) =>
        LoadLineEstimate.Of(moments, new ReplicaLimits { KvTokens = Kv, StepTime = new ConstantStepTime(0.02) });

    private static RequestMoments Of(int requests, bool caching, Func<int, ulong[]> content)
    {
        var moments = new TraceMoments(512, caching);
        for (int i = 0; i < requests; i++)
        {
            ulong[] hashes = content(i);
            moments.Add(Request(i, hashes.Length * Block, 50, hashes));
        }

        return moments.Build();
    }

    private static ulong Unique(int request, int block) => 1_000_000UL + ((ulong)request * 100) + (ulong)block;

    private static InferenceRequest Request(int id, int prompt, int output, ulong[] hashes) => new(
        new RequestId(id), Instant.Zero, prompt, output, new RequestDetails { PrefixHashArray = hashes, BlockTokens = Block });
}
