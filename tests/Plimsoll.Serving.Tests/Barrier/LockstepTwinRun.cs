using Plimsoll.Core;
using Plimsoll.Serving.Barrier;
using Plimsoll.Serving.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Barrier;

/// <summary>One run by the group and by its plain twin, which agreed on every stamp and every step.</summary>
/// <param name="Timelines">By request id.</param>
/// <param name="Group">The group at the end.</param>
/// <param name="StepsTakenTogether">Steps that were not taken one by one.</param>
internal sealed record LockstepTwinRun(IReadOnlyList<RequestTimeline> Timelines, LockstepGroup Group, long StepsTakenTogether)
{
    /// <summary>Lets both run, and compares them; every other seed looks at the group on the way.</summary>
    public static LockstepTwinRun Of(
        LockstepConfiguration configuration,
        ReplicaConfiguration replica,
        IReadOnlyList<InferenceRequest> requests,
        ulong seed,
        Func<InferenceRequest, LengthPrediction>? predict = null)
    {
        predict ??= Guess;
        var random = new RandomTree(seed);
        string name = $"seed {seed}, {configuration}, {replica}";
        var twin = new TickingGroup(configuration, replica, random);
        var steps = new RecordedSteps();
        var ended = new List<RequestTimeline>();
        var group = new LockstepGroup(new ReplicaId(0), configuration, replica, random, seed % 3 == 0 ? null : steps);
        LockstepDriver.Drive(group, requests, ended, predict, reportOften: seed % 2 == 0);
        string[] expected = [.. twin.Run(requests, predict).OrderBy(t => t.Id).Select(t => Describe(t))];
        string[] actual = [.. ended.OrderBy(t => t.Id).Select(t => Describe(t))];
        Assert.Equal(requests.Count, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(expected[i] == actual[i], $"request {i}, {name}\nticks {expected[i]}\nleaps {actual[i]}");
        }

        Assert.Equal(twin.Steps.Count, group.Steps);
        Assert.Equal(twin.PeakBlocks, Enumerable.Range(0, group.Workers).Select(group.PeakKvBlocks));
        for (int i = 0; i < steps.All.Count; i++)
        {
            (string ticks, string leaps) = ($"{twin.Steps[i]}", $"{steps.All[i]}");
            Assert.True(ticks == leaps, $"step {i}, {name}\nticks {ticks}\nleaps {leaps}");
        }

        return new([.. ended.OrderBy(t => t.Id)], group, steps.Together);
    }

    private static LengthPrediction Guess(InferenceRequest request) => new(1 + (int)(request.Id.Value * 7 % 40), 1, 100);

    private static string Describe(in RequestTimeline t) =>
        $"{t.Id} {t.Outcome} {t.RejectReason} on {t.Replica} scheduled {t.Scheduled.Nanoseconds} first {t.FirstToken.Nanoseconds} "
        + $"finished {t.Finished.Nanoseconds} out {t.OutputTokens} cached {t.CachedTokens} preempted {t.Preemptions}";
}
