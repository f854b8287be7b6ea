using Plimsoll.Calibration.Fitting;
using Plimsoll.Calibration.Profiles;
using Plimsoll.Calibration.Tests.Profiles;

namespace Plimsoll.Calibration.Tests.Fitting;

public sealed class ReadingFitTests
{
    private const string Header = "arrival_seconds,prompt_tokens,output_tokens,ttft_seconds,e2e_seconds,tpot_seconds,sent_seconds,outcome\n";

    [Fact]
    public void Requests_that_ran_beside_each_other_are_replayed()
    {
        SourceReading reading = Bench(apart: 0.01);
        var replay = new KnownReplay();

        StepTimeCalibration fit = ReadingFit.Run(reading, new FitOptions { HoldoutShare = 0.3 }, replay, out string reason)!;

        Assert.Equal("", reason);
        Assert.Equal((20, 0.3), (replay.Requests, replay.HoldoutShare));
        Assert.Equal("replayed", fit.Chosen.Name);
        Assert.Equal("request", fit.HoldoutBy);
    }

    [Fact]
    public void Requests_alone_need_no_replay()
    {
        var replay = new KnownReplay();

        StepTimeCalibration fit = ReadingFit.Run(Bench(apart: 10), new FitOptions { Form = "affine" }, replay, out _)!;

        Assert.Equal(0, replay.Requests);
        Assert.Equal(0.01, fit.Chosen["constant_seconds"], 1e-6);
        Assert.Equal(40e-6, fit.Chosen["seconds_per_prefill_token"], 1e-8);
    }

    [Fact]
    public void Without_a_replay_the_way_out_is_named()
    {
        Assert.Null(ReadingFit.Run(Bench(apart: 0.01), new FitOptions(), null, out string reason));
        Assert.Contains("send some one at a time", reason, StringComparison.Ordinal);
    }

    /// <summary>Twenty requests of an engine whose steps take 10 ms and 40 µs for a prompt token.</summary>
    private static SourceReading Bench(double apart)
    {
        IEnumerable<string> rows = Enumerable.Range(0, 20).Select(i =>
        {
            int prompt = 100 * (i + 1);
            double ttft = 0.01 + (40e-6 * prompt);
            return FormattableString.Invariant($"{i * apart},{prompt},11,{ttft:R},{ttft + 0.1:R},0.01,{i * apart},completed\n");
        });
        return InMemory.Read(InMemory.Target(), InMemory.File("bench.csv", Header + string.Concat(rows)));
    }

    private sealed class KnownReplay : IRequestReplayFit
    {
        public int Requests { get; private set; }

        public double HoldoutShare { get; private set; }

        public ReplayedFit? Fit(IReadOnlyList<RequestRecord> requests, double holdoutShare, out string reason)
        {
            (Requests, HoldoutShare, reason) = (requests.Count, holdoutShare, "");
            return new ReplayedFit(new FittedForm("replayed", [], 0, _ => 0.01), ErrorSummary.Of([0.01]));
        }
    }
}
