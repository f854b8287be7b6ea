using Plimsoll.Core;
using Plimsoll.Planning.Fleet;

namespace Plimsoll.Planning.Tests.Fleet;

public sealed class DailyProfileTests
{
    [Fact]
    public void Each_part_has_the_replicas_that_its_rate_needs()
    {
        // 10 requests in the first ten seconds, none in the second, 40 in the third, which ends after 8 s.
        InferenceRequest[] recorded = At(
            [.. Enumerable.Range(0, 10).Select(i => (double)i), .. Enumerable.Range(0, 40).Select(i => 20 + (i / 39.0 * 8))]);

        var profile = DailyProfile.Of(recorded, 10, rateFactor: 2, replicaRequestsPerSecond: 3);

        Assert.Equal([10, 0, 40], profile.Parts.Select(part => part.Requests));
        Assert.Equal([2, 0, 10], profile.Parts.Select(part => Math.Round(part.RequestsPerSecond, 9)));
        Assert.Equal([1, 1, 4], profile.Parts.Select(part => part.Replicas));
        Assert.Equal(4, profile.PeakReplicas);
        Assert.Equal((10 + 10 + (4 * 8)) / 3600.0, profile.ReplicaHours, 1e-12);
        Assert.Equal(4 * 28 / 3600.0, profile.PeakReplicaHours, 1e-12);
        Assert.Equal(1 - (52 / 112.0), profile.SavedFraction, 1e-12);
    }

    [Fact]
    public void Every_request_is_in_one_part()
    {
        for (ulong seed = 0; seed < 300; seed++)
        {
            InferenceRequest[] recorded = Random(seed);
            RandomStream dice = Testing.Dice.Seeded(seed);
            double part = 0.5 + (20 * dice.NextOpenUnit());

            var profile = DailyProfile.Of(recorded, part, 1, 0.7);

            Assert.True(profile.Parts.Sum(each => each.Requests) == recorded.Length, $"seed {seed}");
            Assert.True(profile.Parts.All(each => each.Replicas * 0.7 >= each.RequestsPerSecond * (1 - 1e-9)), $"seed {seed}");
            Assert.Equal((recorded[^1].Arrival - recorded[0].Arrival).Seconds, profile.Parts.Sum(each => each.Seconds), 1e-6);
        }
    }

    [Fact]
    public void The_busiest_stretch_holds_as_many_requests_as_any()
    {
        for (ulong seed = 0; seed < 300; seed++)
        {
            InferenceRequest[] recorded = Random(seed);
            double span = (recorded[^1].Arrival - recorded[0].Arrival).Seconds;
            double seconds = span / 5;

            IReadOnlyList<InferenceRequest> stretch = BusiestStretch.Of(recorded, seconds);

            int most = recorded.Max(first => recorded.Count(
                other => other.Arrival >= first.Arrival && other.Arrival - first.Arrival < Duration.FromSeconds(seconds)));
            Assert.True(stretch.Count == most, $"seed {seed}");
            Assert.True((stretch[^1].Arrival - stretch[0].Arrival).Seconds < seconds, $"seed {seed}");
            Assert.Same(recorded, BusiestStretch.Of(recorded, span));
        }
    }

    private static InferenceRequest[] Random(ulong seed)
    {
        RandomStream dice = Testing.Dice.Seeded(seed);
        List<double> times = [];
        double time = 0;
        for (long count = 20 + dice.NextBelow(60); count > 0; count--)
        {
            time += dice.NextBelow(4) == 0 ? 8 * dice.NextOpenUnit() : dice.NextOpenUnit();
            times.Add(time);
        }

        return At([.. times]);
    }

    private static InferenceRequest[] At(double[] seconds) =>
        [.. seconds.Select((second, i) => new InferenceRequest(new RequestId(i), Instant.FromSeconds(second), 10, 10))];
}
