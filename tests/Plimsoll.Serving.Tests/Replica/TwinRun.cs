using Plimsoll.Core;
using Plimsoll.Serving.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Replica;

/// <summary>One run by the engine and by its plain twin, which agreed on every stamp.</summary>
/// <param name="Timelines">By request id.</param>
/// <param name="Batches">The twin's batches.</param>
/// <param name="Engine">The engine at the end.</param>
internal sealed record TwinRun(IReadOnlyList<RequestTimeline> Timelines, IReadOnlyList<TickedRow[]> Batches, ReplicaEngine Engine)
{
    public long Preemptions => Timelines.Sum(timeline => timeline.Preemptions);

    /// <summary>Tokens of each row, batch by batch: <c>2048 / 952+100 / 1</c>.</summary>
    public string BatchText => string.Join(" / ", Batches.Select(batch => string.Join('+', batch.Select(row => row.Tokens))));

    public double ScheduledSeconds(int request) => Timelines[request].Scheduled.Seconds;

    public double FirstTokenSeconds(int request) => Timelines[request].FirstToken.Seconds;

    public double FinishedSeconds(int request) => Timelines[request].Finished.Seconds;

    /// <summary>Lets both run, and compares them.</summary>
    public static TwinRun Of(
        ReplicaConfiguration configuration,
        IReadOnlyList<InferenceRequest> requests,
        bool reportOften = false,
        string name = "",
        Func<InferenceRequest, LengthPrediction>? predict = null,
        RandomStream dice = default,
        IReadOnlyList<Departure>? departures = null)
    {
        var twin = new TickingReplica(configuration, dice);
        var ended = new List<RequestTimeline>();
        ReplicaEngine engine = LeapingReplica.Drive(
            configuration with { RecordsActivity = true }, requests, ended, reportOften, predict, dice, departures);
        RequestTimeline[] expected = [.. twin.Run(requests, predict, departures).OrderBy(t => t.Id)];
        RequestTimeline[] actual = [.. ended.OrderBy(t => t.Id)];
        Assert.Equal(requests.Count, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            (string ticks, string leaps) = (Describe(expected[i]), Describe(actual[i]));
            Assert.True(ticks == leaps, $"{name}, request {i}, {configuration}\nticks {ticks}\nleaps {leaps}");
        }

        Assert.Equal(twin.Batches.Count, engine.Statistics.Steps);
        Assert.Equal(twin.PeakBlocks, engine.PeakKvBlocks);
        AssertSameActivity(twin.Steps, engine.Activity!, name);
        return new(actual, twin.Batches, engine);
    }

    private static void AssertSameActivity(IReadOnlyList<TickedStep> steps, StepActivity activity, string name)
    {
        Assert.Equal(steps.Count == 0 ? 0 : steps.Max(step => step.Rows) + 1, activity.Rows);
        for (int rows = 0; rows < activity.Rows; rows++)
        {
            TickedStep[] alike = [.. steps.Where(step => step.Rows == rows)];
            (Int128 busy, Int128 prompts) = (alike.Sum(step => step.Picoseconds), alike.Sum(step => step.PromptPicoseconds));
            Assert.True(
                busy == activity.BusyPicoseconds(rows) && prompts == activity.PromptPicoseconds(rows),
                $"{name}: steps of {rows} rows took {busy} ps, {prompts} for prompts; leaps say {activity.BusyPicoseconds(rows)}, "
                + $"{activity.PromptPicoseconds(rows)}");
        }
    }

    private static string Describe(in RequestTimeline t) =>
        $"{t.Id} {t.Outcome} {t.RejectReason} scheduled {t.Scheduled.Nanoseconds} first {t.FirstToken.Nanoseconds} "
        + $"finished {t.Finished.Nanoseconds} out {t.OutputTokens} cached {t.CachedTokens} preempted {t.Preemptions}";
}
