using Plimsoll.Calibration.Replay;
using Plimsoll.Core;
using Plimsoll.Policies;
using Plimsoll.Policies.Batching;

namespace Plimsoll.Calibration.Tests.Replay;

/// <summary>Fits from stamps that were made by an engine of known step times.</summary>
public class ReplayFitTests
{
    private static readonly AffineTerms Start = new(10e-3, 40e-6, 30e-6, 50e-9, 15e-9);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Latencies_of_requests_it_has_not_seen_come_out(ulong seed)
    {
        ReplayEngine engine = Engine(ranks: 1);
        var hidden = new AffineTerms(8e-3, 30e-6, 60e-6, 70e-9, 25e-9);
        MeasuredRequest[] requests = Serve(engine, hidden, seed);

        ReplayFitResult fit = ReplayFit.Fit(engine, StepTimeForm.Affine(Start), requests, [.. Enumerable.Range(0, 100)]);

        AssertAlike(requests, ReplayRun.Predict(engine, fit.StepTime, requests), from: 100, seed);
    }

    [Fact]
    public void Ranks_in_lockstep_come_out_too()
    {
        ReplayEngine engine = Engine(ranks: 2);
        var hidden = new AffineTerms(12e-3, 15e-6, 40e-6, 60e-9, 20e-9, 12e-6);
        MeasuredRequest[] requests = Serve(engine, hidden, seed: 5);
        AffineTerms start = Start with { PerPrefillToken = 20e-6, SharedPerToken = 20e-6 };

        ReplayFitResult fit = ReplayFit.Fit(engine, StepTimeForm.Affine(start), requests, [.. Enumerable.Range(0, 100)]);

        AssertAlike(requests, ReplayRun.Predict(engine, fit.StepTime, requests), from: 100, seed: 5);
    }

    [Fact]
    public void What_shares_work_is_slower_by_the_tokens_of_all()
    {
        ReplayEngine engine = Engine(ranks: 2) with { FrontEndSeconds = 0 };
        MeasuredRequest[] both = [new(0, 100, 2, 1, 1), new(0, 50, 2, 1, 1)];

        RequestLatency[] alone = ReplayRun.Predict(engine, new AffineTerms(10e-3, 0, 0, 0, 0), both);
        RequestLatency[] shared = ReplayRun.Predict(engine, new AffineTerms(10e-3, 0, 0, 0, 0, 1e-3), both);

        Assert.Equal(0.010, alone[0].TtftSeconds, 9);
        Assert.Equal(0.010 + 0.150, shared[0].TtftSeconds, 9);
        Assert.Equal(0.010 + 0.002, shared[1].TpotSeconds, 9);
    }

    private static ReplayEngine Engine(int ranks) => new()
    {
        Rules = PolicyCatalog.Batching.Parse("vllm", out _)!.Create().Plan(new EngineOverrides { MaxSequences = 32, TokenBudget = 2048 }),
        Ranks = ranks,
        Lockstep = ranks > 1,
    };

    private static MeasuredRequest[] Serve(ReplayEngine engine, AffineTerms hidden, ulong seed)
    {
        RandomStream dice = new RandomTree(seed).Stream("requests");
        var requests = new MeasuredRequest[200];
        double arrival = 0;
        for (int i = 0; i < requests.Length; i++)
        {
            arrival += -Math.Log(1 - dice.NextOpenUnit()) / 6;
            requests[i] = new MeasuredRequest(arrival, 50 + (int)dice.NextBelow(1_500), 20 + (int)dice.NextBelow(300), arrival, arrival);
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

    private static void AssertAlike(MeasuredRequest[] requests, RequestLatency[] predicted, int from, ulong seed)
    {
        double Error(Func<RequestLatency, double> value) =>
            (predicted.Skip(from).Average(value) / requests.Skip(from).Average(request => value(request.Latency))) - 1;

        Assert.True(Math.Abs(Error(each => each.TtftSeconds)) < 0.03, $"TTFT off by {Error(each => each.TtftSeconds)} (seed {seed})");
        Assert.True(Math.Abs(Error(each => each.TpotSeconds)) < 0.01, $"TPOT off by {Error(each => each.TpotSeconds)} (seed {seed})");
        Assert.True(Math.Abs(Error(each => each.E2eSeconds)) < 0.01, $"E2E off by {Error(each => each.E2eSeconds)} (seed {seed})");
    }
}
