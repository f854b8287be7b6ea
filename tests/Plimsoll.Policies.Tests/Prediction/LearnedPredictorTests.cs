using System.Globalization;
using Plimsoll.Core;
using Plimsoll.Policies.Prediction;
using Plimsoll.Testing;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Policies.Tests.Prediction;

public sealed class LearnedPredictorTests
{
    // Long, so that two lengths are rarely equal: repeated lengths only add coverage.
    private static readonly LogNormalLength Source = new(20_000, 38_000);

    // Of 50,000 requests in a row. Misses come in bunches of about a window: given its window, coverage is beta distributed with standard
    // deviation 0.021, and there are 250 disjoint windows. With the binomial part that makes sqrt(0.021² / 250 + 0.09 / 50,000) = 0.0019;
    // times 4.5, and doubled for windows that overlap in part.
    private const double StationaryTolerance = 4.5 * 2 * 0.0019;

    [Fact]
    public void It_agrees_with_a_naive_learner()
    {
        decimal[] coverages = [0.5m, 0.8m, 0.9m, 0.95m, 0.99m];
        for (ulong seed = 0; seed < 60; seed++)
        {
            RandomStream dice = Dice.Seeded(seed);
            decimal coverage = coverages[dice.NextBelow(coverages.Length)];
            int windows = 1 + (int)dice.NextBelow(12);
            int clients = 1 + (int)dice.NextBelow(6);
            LearnedPredictor predictor = new(coverage, windows);
            NaiveLearner naive = new(coverage, windows);
            for (int i = 0; i < 900; i++)
            {
                InferenceRequest request = Any(ref dice, i, clients);
                LengthPrediction expected = naive.Predict(request);
                LengthPrediction actual = predictor.Predict(request);
                Assert.True(expected == actual, $"seed {seed}, request {i}: {expected} expected, not {actual}");
                predictor.Learn(request, request.OutputTokens);
                naive.Learn(request, request.OutputTokens);
            }
        }
    }

    [Theory]
    [InlineData(0.9, 20, 19.0 / 21)] // k = 1
    [InlineData(0.9, 38, 37.0 / 39)] // k = 1: few samples, wide intervals
    [InlineData(0.9, 39, 36.0 / 40)] // k = 2
    [InlineData(0.9, 199, 0.9)]
    [InlineData(0.9, 450, 0.9)]
    [InlineData(0.5, 199, 0.5)]
    [InlineData(0.99, 199, 0.99)]
    public void The_interval_contains_the_next_length_as_often_as_order_statistics_say(double coverage, int finished, double expected)
    {
        // Independent trials, so the count is binomial: 4.5 standard errors on each side.
        const int Trials = 4000;
        int contained = 0;
        RandomStream dice = Dice.Seeded(7);
        for (int trial = 0; trial < Trials; trial++)
        {
            LearnedPredictor predictor = new((decimal)coverage);
            for (int i = 0; i < finished; i++)
            {
                predictor.Learn(Predictors.Request(i, 1), Source.Sample(ref dice));
            }

            LengthPrediction prediction = predictor.Predict(Predictors.Request(finished, 1));
            int next = Source.Sample(ref dice);
            contained += next >= prediction.Lower && next <= prediction.Upper ? 1 : 0;
        }

        Assert.True(expected >= coverage);
        Assert.Equal(expected, contained / (double)Trials, 4.5 * Math.Sqrt(expected * (1 - expected) / Trials));
    }

    [Fact]
    public void A_long_stationary_run_is_covered_as_asked()
    {
        (double covered, _) = Run(new LearnedPredictor(), 50_000, Source, Dice.Seeded(11));
        Assert.Equal(0.9, covered, StationaryTolerance);
    }

    [Fact]
    public void The_point_is_the_median()
    {
        // Half of the lengths lie below it; the standard error as above, with the standard deviation 0.035 of the middle of a window.
        (_, double below) = Run(new LearnedPredictor(), 50_000, Source, Dice.Seeded(12));
        Assert.Equal(0.5, below, 4.5 * 2 * Math.Sqrt((0.035 * 0.035 / 250) + (0.25 / 50_000)));
    }

    [Fact]
    public void After_a_shift_a_window_of_finished_requests_is_enough_to_adapt()
    {
        LearnedPredictor predictor = new();
        RandomStream dice = Dice.Seeded(13);
        Run(predictor, 5000, Source, dice);
        LogNormalLength shifted = new(4_000_000, 7_600_000);
        Assert.True(predictor.Predict(Predictors.Request(0, 1)).Upper < shifted.Quantile(0.01));
        RandomStream shiftedDice = Dice.Seeded(14);
        Run(predictor, LearnedPredictor.WindowRequests, shifted, shiftedDice);
        LearnedPredictor fresh = new();
        Run(fresh, LearnedPredictor.WindowRequests, shifted, shiftedDice);
        Assert.Equal(fresh.Predict(Predictors.Request(0, 1)), predictor.Predict(Predictors.Request(0, 1)));
        (double covered, _) = Run(predictor, 50_000, shifted, dice);
        Assert.Equal(0.9, covered, StationaryTolerance);
    }

    [Fact]
    public void Who_asks_goes_before_how_much_is_asked_and_both_before_everybody()
    {
        LearnedPredictor predictor = new();
        Teach(predictor, 20, 1000, 512, null);
        Assert.Equal(LengthPrediction.Exact(1000), Ask(predictor, 4, "new"));
        Teach(predictor, 20, 10, 4, null);
        Assert.Equal(LengthPrediction.Exact(10), Ask(predictor, 7, "new"));
        Teach(predictor, 20, 70, 512, "a");
        Assert.Equal(LengthPrediction.Exact(70), Ask(predictor, 4, "a"));
        Teach(predictor, 20, 5, 4, "a");
        Assert.Equal(LengthPrediction.Exact(5), Ask(predictor, 4, "a"));
        Assert.Equal(LengthPrediction.Exact(70), Ask(predictor, 1023, "a"));
        Assert.Equal(70, Ask(predictor, 64, "a").Upper);
        Assert.Equal(5, Ask(predictor, 64, "a").Lower);
    }

    [Theory]
    [InlineData(0.5, 20)]
    [InlineData(0.9, 20)]
    [InlineData(0.95, 39)]
    [InlineData(0.99, 199)]
    public void Too_few_finished_requests_are_not_believed(double coverage, int least)
    {
        LearnedPredictor predictor = new((decimal)coverage);
        Teach(predictor, least - 1, 3, 4, null);
        Assert.Equal(LearnedPredictor.Prior, Ask(predictor, 4, null));
        Teach(predictor, 1, 3, 4, null);
        Assert.Equal(LengthPrediction.Exact(3), Ask(predictor, 4, null));
        Assert.Equal(least, predictor.LeastRequests);
    }

    [Fact]
    public void A_limit_that_the_client_set_bounds_the_prediction()
    {
        LearnedPredictor predictor = new();
        Assert.Equal(new LengthPrediction(256, 1, 300), predictor.Predict(Limited(300)));
        Assert.Equal(new LengthPrediction(10, 1, 10), predictor.Predict(Limited(10)));
        Teach(predictor, 20, 50, 4, null);
        Assert.Equal(LengthPrediction.Exact(10), predictor.Predict(Limited(10)));
        Assert.Equal(LengthPrediction.Exact(50), predictor.Predict(Limited(60)));
    }

    [Fact]
    public void The_windows_of_clients_are_bounded_and_the_least_recently_used_go_first()
    {
        LearnedPredictor predictor = new(0.9m, clientWindows: 4); // two clients with one length of prompt each
        Teach(predictor, 20, 11, 4, "a");
        Teach(predictor, 20, 22, 4, "b");
        Teach(predictor, 1, 11, 4, "a");
        Teach(predictor, 200, 33, 4, "c");
        Assert.Equal(LengthPrediction.Exact(11), Ask(predictor, 4, "a"));
        Assert.Equal(LengthPrediction.Exact(33), Ask(predictor, 4, "b")); // forgotten: as everybody
        Assert.Equal(LengthPrediction.Exact(33), Ask(predictor, 4, "c"));
    }

    [Fact]
    public void Asking_changes_nothing()
    {
        LearnedPredictor asked = new(0.9m, clientWindows: 4);
        LearnedPredictor unasked = new(0.9m, clientWindows: 4);
        foreach ((string client, int output) in (ReadOnlySpan<(string, int)>)[("a", 11), ("b", 22), ("c", 33)])
        {
            Teach(asked, 20, output, 4, client);
            Teach(unasked, 20, output, 4, client);
            Ask(asked, 4, "a");
        }

        foreach (string client in (ReadOnlySpan<string>)["a", "b", "c", "d"])
        {
            Assert.Equal(Ask(unasked, 4, client), Ask(asked, 4, client));
        }
    }

    [Fact]
    public void However_many_clients_come_nothing_is_allocated_once_the_windows_are_in_use()
    {
        LearnedPredictor predictor = new(0.9m, clientWindows: 100);
        InferenceRequest[] requests =
            [.. Enumerable.Range(0, 777).Select(i => Predictors.Request(i, 1, 1 + (i % 50), new RequestDetails { Client = $"{i}" }))];
        int next = 0;
        Allocations.Expect(0, () =>
        {
            InferenceRequest request = requests[next];
            next = (next + 1) % requests.Length;
            predictor.Predict(request);
            predictor.Learn(request, next + 1);
        });
    }

    [Fact]
    public void All_windows_together_take_no_more_memory_than_documented()
    {
        RequestDetails[] clients = [.. Enumerable.Range(0, 3000).Select(i => new RequestDetails { Client = $"client {i}" })];
        long before = GC.GetAllocatedBytesForCurrentThread();
        LearnedPredictor predictor = new();
        for (int i = 0; i < clients.Length; i++)
        {
            predictor.Learn(Predictors.Request(i, 1, 1 << (i % 31), clients[i]), 5);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1_600_000, 2_000_000);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Nothing_is_no_length(int output) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LearnedPredictor().Learn(Predictors.Request(0, 1), output));

    [Theory]
    [InlineData("lmsys.first_60000.csv")]
    [InlineData("sharegpt.csv")]
    public void Recorded_lengths_are_covered_as_asked(string file)
    {
        // Each length of prompt has its own window, so that the misses of the whole are no more bunched than those of one window. Lengths
        // that repeat (very short ones, and those cut at 512) add a little.
        string path = SharedData.PathOf($"traces/nanoflow_lengths/{file}");
        LearnedPredictor predictor = new();
        int contained = 0;
        int count = 0;
        foreach (string line in File.ReadLines(path).Skip(1))
        {
            string[] fields = line.Split(',');
            int output = Math.Max(1, int.Parse(fields[2], CultureInfo.InvariantCulture));
            InferenceRequest request = Predictors.Request(count, 1, Math.Max(1, int.Parse(fields[1], CultureInfo.InvariantCulture)));
            LengthPrediction prediction = predictor.Predict(request);
            contained += output >= prediction.Lower && output <= prediction.Upper ? 1 : 0;
            count++;
            predictor.Learn(request, output);
        }

        Assert.True(count > 50_000);
        Assert.Equal(0.9, contained / (double)count, StationaryTolerance);
    }

    private static (double Covered, double BelowPoint) Run(LearnedPredictor predictor, int count, LogNormalLength source, RandomStream dice)
    {
        int covered = 0;
        int below = 0;
        for (int i = 0; i < count; i++)
        {
            InferenceRequest request = Predictors.Request(i, 1);
            LengthPrediction prediction = predictor.Predict(request);
            int output = source.Sample(ref dice);
            covered += output >= prediction.Lower && output <= prediction.Upper ? 1 : 0;
            below += output < prediction.Point ? 1 : 0;
            predictor.Learn(request, output);
        }

        return (covered / (double)count, below / (double)count);
    }

    private static InferenceRequest Any(ref RandomStream dice, int id, int clients)
    {
        string? client = dice.NextBelow(4) == 0 ? (dice.NextBelow(2) == 0 ? null : "") : $"{dice.NextBelow(clients)}";
        int? limit = dice.NextBelow(4) == 0 ? 1 + (int)dice.NextBelow(300) : null;
        RequestDetails details = new() { Client = client, MaxOutputTokens = limit };
        int output = 1 + (int)dice.NextBelow(dice.NextBelow(2) == 0 ? 10 : 5000);
        return Predictors.Request(id, output, 1 + (int)dice.NextBelow(40), dice.NextBelow(5) == 0 ? null : details);
    }

    private static InferenceRequest Limited(int tokens) =>
        Predictors.Request(0, 1, 4, new RequestDetails { MaxOutputTokens = tokens });

    private static LengthPrediction Ask(LearnedPredictor predictor, int promptTokens, string? client) =>
        predictor.Predict(Predictors.Request(0, 1, promptTokens, new RequestDetails { Client = client }));

    private static void Teach(LearnedPredictor predictor, int times, int output, int promptTokens, string? client)
    {
        InferenceRequest request = Predictors.Request(0, output, promptTokens, new RequestDetails { Client = client });
        for (int i = 0; i < times; i++)
        {
            predictor.Learn(request, output);
        }
    }
}
