using Plimsoll.Core;
using Plimsoll.Optimization.Hindsight;
using Plimsoll.Testing;

namespace Plimsoll.Optimization.Tests.Hindsight;

public sealed class HindsightProgramTests
{
    private static readonly HindsightOptions Search = new();
    private static readonly HindsightOptions Integer = new() { Method = HindsightMethod.IntegerProgram };
    private static readonly HindsightOptions SearchAlone = new() { UseRelaxation = false, LocalSearchSchedules = 0 };

    public static TheoryData<int, int, int[], long, double> Vectors => new()
    {
        { 47, 4, [22, 12, 14, 2, 4, 1, 8, 35], 111, 110.83 },
        { 39, 3, [28, 35, 2, 6, 30, 35, 9, 12], 315, 258.74 },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void The_optimum_and_the_relaxation_are_those_of_the_specification(
        int capacity, int prompt, int[] outputs, long optimum, double relaxation)
    {
        Solvers.Require();
        HindsightInstance instance = Naive.Backlog(capacity, prompt, outputs);
        var program = new HindsightProgram(instance);
        int[] shortestFirst = Naive.ShortestFirst(instance);

        Assert.Equal(optimum, instance.LatencyOf(shortestFirst));
        Assert.Equal(relaxation, program.SolveRelaxation(Search, Naive.Makespan(instance, shortestFirst) + 5).Bound, 0.005);
        Check(instance, program.Solve(Search), optimum);
        Check(instance, program.Solve(Integer), optimum);
    }

    [Fact]
    public void Different_prompts_have_the_optimum_of_the_specification()
    {
        Solvers.Require();
        (int Prompt, int Output)[] jobs = [(4, 2), (1, 3), (1, 3), (6, 1), (2, 5), (1, 4)];
        var instance = new HindsightInstance(jobs.Select((job, id) => new HindsightJob(id, job.Prompt, job.Output, 0)), 12);
        var program = new HindsightProgram(instance);

        Check(instance, program.Solve(Search), 25);
        Check(instance, program.Solve(Integer), 25);
        Check(instance, program.Solve(SearchAlone), 25);
    }

    [Fact]
    public void No_schedule_of_a_tiny_instance_is_better()
    {
        Solvers.Require();
        for (ulong seed = 0; seed < TwinCases.Count(150); seed++)
        {
            RandomStream dice = Dice.Seeded(seed);
            HindsightInstance instance = Naive.Tiny(ref dice, 5);
            var program = new HindsightProgram(instance);
            long optimum = Naive.BruteForce(instance);
            HindsightRelaxation relaxation = program.SolveRelaxation(Search);

            // Without a local search, so that the proofs have something left to find.
            Check(instance, program.Solve(Search with { LocalSearchSchedules = 0 }), optimum, seed);
            Check(instance, program.Solve(Integer with { LocalSearchSchedules = 0 }), optimum, seed);
            Assert.True(relaxation.Bound <= optimum + 1e-6, $"seed {seed}: {relaxation.Bound} > {optimum}");
            Assert.True(optimum <= instance.LatencyOf(Naive.ShortestFirst(instance)), $"seed {seed}: a policy is better");
        }
    }

    [Fact]
    public void The_round_search_needs_no_solver()
    {
        for (ulong seed = 0; seed < TwinCases.Count(300); seed++)
        {
            RandomStream dice = Dice.Seeded(seed);
            HindsightInstance instance = Naive.Tiny(ref dice, 5);

            Check(instance, new HindsightProgram(instance).Solve(SearchAlone), Naive.BruteForce(instance), seed);
        }
    }

    [Fact]
    public void The_round_search_and_the_integer_program_agree()
    {
        Solvers.Require();
        for (ulong seed = 0; seed < TwinCases.Count(8); seed++)
        {
            RandomStream dice = Dice.Seeded(seed);
            HindsightInstance instance = Naive.Family(ref dice, 5 + (int)(seed % 2), seed % 2 == 0);
            var program = new HindsightProgram(instance);
            HindsightSolution searched = program.Solve(Search);

            Check(instance, searched, searched.TotalLatency, seed);
            Check(instance, program.Solve(Integer), searched.TotalLatency, seed);
        }
    }

    [Fact]
    public void Bounds_stand_in_order()
    {
        Solvers.Require();
        for (ulong seed = 0; seed < TwinCases.Count(8); seed++)
        {
            RandomStream dice = Dice.Seeded(seed);
            HindsightInstance instance = Naive.Family(ref dice, 7, seed % 2 == 0);
            var program = new HindsightProgram(instance);
            HindsightSolution solution = program.Solve(Search);
            HindsightRelaxation relaxation = program.SolveRelaxation(Search);

            Check(instance, solution, solution.TotalLatency, seed);
            Assert.True(
                relaxation.Bound <= solution.RootBound + 1e-6, $"seed {seed}: cuts lowered {relaxation.Bound} to {solution.RootBound}");
            Assert.True(solution.RootBound <= solution.TotalLatency + 1e-6, $"seed {seed}: {solution.RootBound} > {solution.TotalLatency}");
            Assert.True(
                solution.TotalLatency <= instance.LatencyOf(Naive.ShortestFirst(instance)), $"seed {seed}: a policy is better");
            Assert.Equal(relaxation.Bound - instance.LeastLatency, relaxation.MeanStarts.Sum(), 1e-5);
        }
    }

    [Fact]
    public void The_same_options_give_the_same_schedule()
    {
        Solvers.Require();
        RandomStream dice = Dice.Seeded(7);
        var program = new HindsightProgram(Naive.Family(ref dice, 7, true));

        Assert.Equal(program.Solve(Search).Starts, program.Solve(Search).Starts);
        Assert.Equal(program.Solve(Integer).Starts, program.Solve(Integer).Starts);
    }

    [Fact]
    public void A_known_schedule_is_kept_or_improved()
    {
        HindsightInstance instance = Naive.Backlog(14, 2, 3, 1, 6, 2, 5, 4);
        HindsightOptions narrow = SearchAlone with { MostStates = 1, KnownStarts = [0, 0, 3, 0, 2, 0] };

        HindsightSolution solution = new HindsightProgram(instance).Solve(narrow);

        Assert.True(solution.TotalLatency <= 26);
        Assert.True(instance.Fits([.. solution.Starts]));
    }

    [Fact]
    public void A_known_schedule_that_does_not_fit_is_not_used()
    {
        HindsightInstance instance = Naive.Backlog(9, 2, 3, 1, 6, 2);
        HindsightOptions wrong = SearchAlone with { KnownStarts = [0, 0, 0, 0] };

        Check(instance, new HindsightProgram(instance).Solve(wrong), Naive.BruteForce(instance));
    }

    [Fact]
    public void The_time_limit_ends_a_search_with_a_schedule_and_a_bound()
    {
        RandomStream dice = Dice.Seeded(3);
        HindsightInstance instance = Naive.Family(ref dice, 20, false);
        double now = 0;
        HindsightOptions limited = SearchAlone with { LimitSeconds = 40, Clock = () => now++ };

        HindsightSolution solution = new HindsightProgram(instance).Solve(limited);

        Assert.False(solution.Proven);
        Assert.InRange(solution.LowerBound, instance.LeastLatency, solution.TotalLatency - 1);
        Assert.InRange(now, 40, 45);
        Assert.True(instance.Fits([.. solution.Starts]));
    }

    [Fact]
    public void Progress_only_ever_gets_better()
    {
        Solvers.Require();
        RandomStream dice = Dice.Seeded(11);
        var told = new List<HindsightProgress>();

        HindsightSolution solution = new HindsightProgram(Naive.Family(ref dice, 8, false)).Solve(Search with { Progress = told.Add });

        Assert.NotEmpty(told);
        for (int i = 1; i < told.Count; i++)
        {
            Assert.True(told[i].TotalLatency <= told[i - 1].TotalLatency && told[i].LowerBound >= told[i - 1].LowerBound);
        }

        Assert.Equal(solution.TotalLatency, told[^1].TotalLatency);
    }

    [Fact]
    public void Too_large_a_program_is_refused_with_the_limit()
    {
        Solvers.Require();
        var program = new HindsightProgram(Naive.Backlog(47, 4, 22, 12, 14, 2, 4, 1, 8, 35));

        string message = Assert.Throws<ProgramTooLargeException>(() => program.SolveRelaxation(Search with { MostColumns = 50 })).Message;

        Assert.Contains("50", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_jobs_for_the_round_search_are_refused() => Assert.Throws<ProgramTooLargeException>(() =>
        new HindsightProgram(Naive.Backlog(9, 1, [.. Enumerable.Repeat(3, 65)])).Solve(SearchAlone));

    [Fact]
    public void The_relaxation_takes_any_number_of_jobs()
    {
        Solvers.Require();

        // 66 alike, of which three fit at once, one after another every three rounds: 22 × (3 × 3) + 9 × (0 + 1 + … + 21) at most.
        HindsightRelaxation relaxation = new HindsightProgram(Naive.Backlog(12, 1, [.. Enumerable.Repeat(3, 66)])).SolveRelaxation(Search);

        Assert.InRange(relaxation.Bound, 66 * 3, 198 + 2079);
    }

    [Fact]
    public void A_limit_without_a_clock_is_refused() => Assert.Throws<ArgumentException>(() =>
        new HindsightProgram(Naive.Backlog(9, 1, 3)).Solve(SearchAlone with { LimitSeconds = 1 }));

    private static void Check(HindsightInstance instance, HindsightSolution solution, long optimum, ulong seed = 0)
    {
        int[] starts = [.. solution.Starts];
        Assert.True(solution.TotalLatency == optimum, $"seed {seed}: {solution.TotalLatency} instead of {optimum}");
        Assert.True(solution.Proven, $"seed {seed}: not proven, at least {solution.LowerBound}");
        Assert.True(Naive.StartedFit(instance, starts), $"seed {seed}: does not fit");
        Assert.True(instance.LatencyOf(starts) == optimum, $"seed {seed}: the starts have another total");
        for (int i = 0; i < starts.Length; i++)
        {
            Assert.True(starts[i] >= instance.Jobs[i].ArrivalRound, $"seed {seed}: starts before it arrives");
        }
    }
}
