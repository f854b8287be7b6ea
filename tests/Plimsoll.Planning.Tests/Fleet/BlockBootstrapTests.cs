using Plimsoll.Core;
using Plimsoll.Planning.Fleet.Simulated;

namespace Plimsoll.Planning.Tests.Fleet;

public sealed class BlockBootstrapTests
{
    [Fact]
    public void Within_a_stretch_requests_follow_each_other_with_their_own_gaps()
    {
        InferenceRequest[] recorded = Recording(97);

        InferenceRequest[] drawn = ReadAll(new BlockBootstrap(recorded, 10, 1, 1_000, new RandomTree(4)));

        Assert.Equal(1_000, drawn.Length);
        Assert.Equal(Enumerable.Range(0, 1_000).Select(id => (long)id), drawn.Select(request => request.Id.Value));
        for (int i = 1; i < drawn.Length; i++)
        {
            int place = drawn[i].PromptTokens - 1;
            if (i % 10 > 0)
            {
                Assert.Equal((drawn[i - 1].PromptTokens - 1 + 1) % 97, place);
            }

            if (place > 0)
            {
                Assert.Equal(recorded[place].Arrival - recorded[place - 1].Arrival, drawn[i].Arrival - drawn[i - 1].Arrival);
            }
        }
    }

    [Fact]
    public void As_one_stretch_it_is_the_recording_from_some_place_on()
    {
        InferenceRequest[] recorded = Recording(50);

        InferenceRequest[] drawn = ReadAll(new BlockBootstrap(recorded, 50, 1, 120, new RandomTree(9)));

        Assert.Equal(drawn[..70].Select(request => request.PromptTokens), drawn[50..].Select(request => request.PromptTokens));
    }

    [Fact]
    public void Doubling_the_rate_halves_every_gap()
    {
        InferenceRequest[] recorded = Recording(60);

        InferenceRequest[] slow = ReadAll(new BlockBootstrap(recorded, 7, 1, 200, new RandomTree(2)));
        InferenceRequest[] fast = ReadAll(new BlockBootstrap(recorded, 7, 2, 200, new RandomTree(2)));

        Assert.Equal(slow.Select(request => request.PromptTokens), fast.Select(request => request.PromptTokens));
        Assert.All(slow.Zip(fast), pair => Assert.Equal(pair.First.Arrival.Seconds / 2, pair.Second.Arrival.Seconds, 1e-6));
    }

    // Prompts of 1, 2, 3, …: a request's place can be read off.
    private static InferenceRequest[] Recording(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => new InferenceRequest(new RequestId(i), new Instant(1_000_000L * i * (i + 3)), i + 1, 5)),
    ];

    private static InferenceRequest[] ReadAll(BlockBootstrap source)
    {
        List<InferenceRequest> all = [];
        var buffer = new InferenceRequest[33];
        for (int read = source.Read(buffer); read > 0; read = source.Read(buffer))
        {
            all.AddRange(buffer.AsSpan(0, read));
        }

        return [.. all];
    }
}
