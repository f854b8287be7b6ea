using Plimsoll.Core;
using Plimsoll.Metrics.Schedules;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Prediction;
using Plimsoll.Simulation.Schedules;

namespace Plimsoll.Simulation.Tests.Schedules;

/// <summary>The vectors of scheduling theory, sections 4.5, 5.3 and 6.1: every finish time.</summary>
public class PublishedScheduleTests
{
    private static readonly int[] SixOutputs = [3, 1, 6, 2, 5, 4];

    private static readonly (int Prompt, int Output)[] MixedJobs = [(4, 2), (1, 3), (1, 3), (6, 1), (2, 5), (1, 4)];

    [Fact]
    public void Hindsight_shortest_first()
    {
        ScheduleOutcome outcome = Run("shortest-first", 14, [.. SixOutputs.Select(output => (2, output, 1, 6))]);

        Assert.Equal([0, 0, 3, 0, 2, 0], outcome.Jobs.Select(job => job.Start));
        Assert.Equal(26, outcome.TotalLatency);
        Assert.Equal(0, outcome.Evictions);
    }

    [Theory]
    [InlineData("a-max", 47, 0, "3 3 9 7 12 13")]
    [InlineData("a-min:dynamic=false", 42, 5, "3 1 10 2 15 11")]
    [InlineData("a-min:dynamic=false,bump=true", 43, 4, null)]
    public void Interval_policies(string policy, long totalLatency, long evictions, string? finish)
    {
        ScheduleOutcome outcome = Run(policy, 14, [.. SixOutputs.Select(output => (2, output, 1, 6))]);

        Assert.Equal(totalLatency, outcome.TotalLatency);
        Assert.Equal(evictions, outcome.Evictions);
        Assert.True(finish is null || finish == string.Join(' ', outcome.Jobs.Select(job => job.Finish)), string.Join(' ', outcome.Jobs.Select(job => job.Finish)));
    }

    [Theory]
    [InlineData("fcfs", 27)]
    [InlineData("mc-benchmark", 27)]
    [InlineData("shortest-first", 25)]
    [InlineData("mc-sf", 25)]
    [InlineData("svf", 28)]
    [InlineData("sorted-f", 27)]
    [InlineData("sorted-f-dp", 27)]
    [InlineData("sorted-f-dp:exact=true", 25)]
    public void Mixed_prompts(string policy, long totalLatency) =>
        Assert.Equal(totalLatency, Run(policy, 12, [.. MixedJobs.Select(job => (job.Prompt, job.Output, 0, 0))]).TotalLatency);

    [Theory]
    [InlineData(47, 4, "22,12,14,2,4,1,8,35", 111)]
    [InlineData(39, 3, "28,35,2,6,30,35,9,12", 315)]
    public void Shortest_first_of_the_hindsight_instances(long kvTokens, int prompt, string outputs, long totalLatency)
    {
        (int, int, int, int)[] jobs = [.. outputs.Split(',').Select(output => (prompt, int.Parse(output, System.Globalization.CultureInfo.InvariantCulture), 0, 0))];

        Assert.Equal(totalLatency, Run("mc-sf", kvTokens, jobs).TotalLatency);
    }

    private static ScheduleOutcome Run(string policy, long kvTokens, (int Prompt, int Output, int Lower, int Upper)[] jobs)
    {
        PolicyChoice<IBatchingPolicy>? choice = PolicyCatalog.Batching.Parse(policy, out IReadOnlyList<string> problems);
        Assert.True(choice is not null, string.Join("; ", problems));
        InferenceRequest[] requests =
        [
            .. jobs.Select((job, i) => new InferenceRequest(
                new RequestId(i),
                Instant.Zero,
                job.Prompt,
                job.Output,
                job.Upper == 0 ? null : new RequestDetails { OutputLower = job.Lower, OutputUpper = job.Upper })),
        ];
        BatchingRules rules = choice.Create().Plan(RoundSchedule.Overrides());
        return RoundSchedule.Execute(requests, kvTokens, rules, PredictionSpec.Parse("given", out _)!, new RandomTree(1))!;
    }
}
