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

    private static ReplayEngine Engine() => new()
    {
        Rules = PolicyCatalog.Batching.Parse("vllm", out _)!.Create().Plan(new EngineOverrides { MaxSequences = 64, TokenBudget = 2048 }),
    };

    private static MeasuredRequest[] Serve(ReplayEngine engine, AffineTerms hidden, ulong seed)
    {
        RandomStream dice = new RandomTree(seed).Stream("requests");
        var requests = new MeasuredRequest[Count];
        double arrival = 0;
        for (int i = 0; i < requests.Length; i++)
        {
            arrival += -Math.Log(1 - dice.NextOpenUnit()) / 4;
            requests[i] = new MeasuredRequest(arrival, 50 + (int)dice.NextBelow(1_500), 10 + (int)dice.NextBelow(100), arrival, arrival);
        }

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
