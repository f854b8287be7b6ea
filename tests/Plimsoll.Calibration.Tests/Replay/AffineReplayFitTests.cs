using Plimsoll.Calibration.Replay;
using Plimsoll.Core;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;

namespace Plimsoll.Calibration.Tests.Replay;

/// <summary>Coefficients from stamps that were made by an engine of known step times.</summary>
public sealed class AffineReplayFitTests
{
    private const int Count = 200;

    public static TheoryData<ulong, double[]> Hidden => new()
    {
        { 1, [20e-3, 100e-6, 500e-6, 1e-6, 0.5e-6] },
        { 2, [8e-3, 30e-6, 60e-6, 70e-9, 25e-9] },
        { 3, [12e-3, 15e-6, 200e-6, 300e-9, 100e-9] },
        { 4, [30e-3, 50e-6, 0, 200e-9, 0] },
        { 5, [3e-3, 200e-6, 1e-3, 100e-9, 300e-9] },
    };

    [Theory]
    [MemberData(nameof(Hidden))]
    public void Exact_stamps_give_the_coefficients_back(ulong seed, double[] hidden)
    {
        ReplayEngine engine = Engine() with { FrontEndSeconds = 0.0013 };
        AffineTerms terms = new(hidden[0], hidden[1], hidden[2], hidden[3], hidden[4]);
        MeasuredRequest[] requests = Serve(engine, terms, seed);

        AffineReplayResult fit = AffineReplayFit.Fit(engine, [new MeasuredRun(requests, [.. requests.Select(_ => true)])])!;

        double[] found = [fit.Terms.Constant, fit.Terms.PerPrefillToken, fit.Terms.PerSequence, fit.Terms.PerContextToken, fit.Terms.PerContextTokenMixed];
        string said = $"seed {seed}: {fit.Terms.Spec} ± {string.Join(' ', fit.StandardErrors)} + {fit.OutsideSeconds}";
        TestContext.Current.TestOutputHelper?.WriteLine(said);
        for (int k = 0; k < hidden.Length; k++)
        {
            Assert.True(Math.Abs(found[k] - hidden[k]) <= (0.005 * hidden[k]) + 1e-10, said);
        }

        Assert.Equal(0.0013, fit.OutsideSeconds, 0.0001);
    }

    /// <summary>
    /// As a busy machine stamps: requests come late to the engine, which never waits for anybody, and tokens come late to the client.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Late_arrivals_and_late_stamps_give_the_coefficients_back_within_two_percent(ulong seed)
    {
        double[] hidden = [80e-3, 400e-6, 8e-3, 8e-6, 12e-6];
        ReplayEngine engine = Engine(sequences: 32, budget: 256);
        RandomStream dice = new RandomTree(seed).Stream("late");
        MeasuredRequest[] sent = Sent(seed, 55, ratePerSecond: 0.75, mostOutput: 65);
        var lateness = new double[sent.Length];
        for (int i = 0; i < sent.Length; i++)
        {
            double gap = i + 1 < sent.Length ? sent[i + 1].ArrivalSeconds - sent[i].ArrivalSeconds : 1;
            lateness[i] = Math.Min(gap, LateSeconds(ref dice));
        }

        MeasuredRequest[] came = [.. sent.Select((request, i) => request with { ArrivalSeconds = request.ArrivalSeconds + lateness[i] })];
        MeasuredRequest[] exact = Stamped(engine, new AffineTerms(hidden[0], hidden[1], hidden[2], hidden[3], hidden[4]), came);
        var measured = new MeasuredRequest[sent.Length];
        for (int i = 0; i < sent.Length; i++)
        {
            double first = exact[i].FirstTokenSeconds + LateSeconds(ref dice);
            double last = Math.Max(first, exact[i].LastTokenSeconds + LateSeconds(ref dice));
            measured[i] = sent[i] with { FirstTokenSeconds = first, LastTokenSeconds = last };
        }

        AffineReplayResult fit = AffineReplayFit.Fit(engine, [new MeasuredRun(measured, [.. measured.Select(_ => true)])])!;

        AffineTerms terms = fit.Terms;
        double[] found = [terms.Constant, terms.PerPrefillToken, terms.PerSequence, terms.PerContextToken, terms.PerContextTokenMixed];
        string errors = string.Join(' ', hidden.Zip(found).Select(pair => $"{(pair.Second / pair.First) - 1:P2}"));
        string said = $"seed {seed}: {errors}, outside {fit.OutsideSeconds}";
        TestContext.Current.TestOutputHelper?.WriteLine(said);
        Assert.All(hidden.Zip(found), pair => Assert.True(Math.Abs((pair.Second / pair.First) - 1) <= 0.02, said));
    }

    // Mean one millisecond, and three in a hundred up to twenty more.
    private static double LateSeconds(ref RandomStream dice)
    {
        double usual = -Math.Log(dice.NextOpenUnit()) * 1e-3;
        return dice.NextOpenUnit() < 0.03 ? usual + 5e-3 + (15e-3 * dice.NextOpenUnit()) : usual;
    }

    private static ReplayEngine Engine(int sequences = 64, int budget = 2048) => new()
    {
        Rules = PolicyCatalog.Batching.Parse("vllm", out _)!.Create().Plan(new EngineOverrides { MaxSequences = sequences, TokenBudget = budget }),
    };

    private static MeasuredRequest[] Serve(ReplayEngine engine, AffineTerms hidden, ulong seed) =>
        Stamped(engine, hidden, Sent(seed, Count, ratePerSecond: 4, mostOutput: 109));

    private static MeasuredRequest[] Sent(ulong seed, int count, double ratePerSecond, int mostOutput)
    {
        RandomStream dice = new RandomTree(seed).Stream("requests");
        var requests = new MeasuredRequest[count];
        double arrival = 0;
        for (int i = 0; i < requests.Length; i++)
        {
            arrival += -Math.Log(1 - dice.NextOpenUnit()) / ratePerSecond;
            int prompt = 50 + (int)dice.NextBelow(1_500);
            int output = 10 + (int)dice.NextBelow(mostOutput - 9);
            requests[i] = new MeasuredRequest(arrival, prompt, output, arrival, arrival);
        }

        return requests;
    }

    private static MeasuredRequest[] Stamped(ReplayEngine engine, AffineTerms hidden, MeasuredRequest[] requests)
    {
        RequestLatency[] latencies = ReplayRun.Predict(engine, hidden, requests);
        return
        [
            .. requests.Select((request, i) => request with
            {
                FirstTokenSeconds = request.ArrivalSeconds + latencies[i].TtftSeconds,
                LastTokenSeconds = request.ArrivalSeconds + latencies[i].E2eSeconds,
            }),
        ];
    }
}
