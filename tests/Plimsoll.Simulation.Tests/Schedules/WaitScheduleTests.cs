using Plimsoll.Core;
using Plimsoll.Metrics.Schedules;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Prediction;
using Plimsoll.Simulation.Schedules;

namespace Plimsoll.Simulation.Tests.Schedules;

/// <summary>Waiting for newcomers in unit rounds, by hand (scheduling theory, section 6.2).</summary>
public class WaitScheduleTests
{
    [Fact]
    public void Decodes_pause_until_two_newcomers_have_gathered()
    {
        // Eight inside at most and four stages: two a stage. At the end of traffic patience runs out once.
        ScheduleOutcome outcome = Run("wait:limit=8,patience=100", [.. Enumerable.Range(0, 8).Select(round => (round, 4))]);

        Assert.Equal("1 1 3 3 5 5 7 7", Starts(outcome));
        Assert.Equal("8 8 109 109 110 110 111 111", Finishes(outcome));
    }

    [Fact]
    public void A_backlog_enters_a_stage_at_a_time()
    {
        ScheduleOutcome outcome = Run("wait:limit=4,patience=5", [(0, 4), (0, 4), (0, 4)]);

        Assert.Equal("0 1 2", Starts(outcome));
        Assert.Equal("9 10 11", Finishes(outcome));
    }

    [Fact]
    public void Each_type_has_its_own_newcomers()
    {
        // Two types that arrive alike, outputs 1 and 4: two at each of their 1 + 4 stages. The third of a type lets the other type pass.
        ScheduleOutcome outcome = Run("wait:limit=10,patience=3", [(0, 1), (0, 1), (0, 1), (0, 4), (0, 4), (0, 4)]);

        Assert.Equal("0 0 4 0 0 4", Starts(outcome));
        Assert.Equal("1 1 5 7 7 8", Finishes(outcome));
    }

    [Fact]
    public void Long_outputs_pause_where_the_short_ones_end()
    {
        (int, int)[] teaching = [(0, 2), (0, 2), (0, 6), (0, 6)];
        ScheduleOutcome outcome = Run(
            "nested-wait:limit=12,patience=10",
            [.. teaching, (20, 6), (20, 2), (20, 2), (22, 6), (22, 2), (22, 2), (24, 2), (24, 2), (24, 2), (24, 2)]);

        // The first four teach where to stop: after two tokens. Three newcomers are enough from then on, and three enter at once. The long
        // ones of rounds 20 and 22 wait for each other at their third token, until patience ends what is held back since round 23.
        Assert.Equal("0 0 0 0 20 20 20 22 22 22 24 24 24 33", Starts(outcome));
        Assert.Equal("2 2 16 16 37 23 23 37 25 25 34 34 34 35", Finishes(outcome));
    }

    private static string Starts(ScheduleOutcome outcome) => string.Join(' ', outcome.Jobs.Select(job => job.Start));

    private static string Finishes(ScheduleOutcome outcome) => string.Join(' ', outcome.Jobs.Select(job => job.Finish));

    private static ScheduleOutcome Run(string policy, (int Round, int Output)[] jobs)
    {
        PolicyChoice<IBatchingPolicy>? choice = PolicyCatalog.Batching.Parse(policy, out IReadOnlyList<string> problems);
        Assert.True(choice is not null, string.Join("; ", problems));
        InferenceRequest[] requests =
        [
            .. jobs.Select((job, i) => new InferenceRequest(new RequestId(i), Instant.FromSeconds(job.Round), 2, job.Output)),
        ];
        BatchingRules rules = choice.Create().Plan(RoundSchedule.Overrides());
        return RoundSchedule.Execute(requests, 1000, rules, PredictionSpec.Parse("exact", out _)!, new RandomTree(1))!;
    }
}
