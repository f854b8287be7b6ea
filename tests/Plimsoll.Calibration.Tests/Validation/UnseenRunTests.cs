using Plimsoll.Calibration.Replay;
using Plimsoll.Calibration.Validation;
using Plimsoll.Performance;
using Plimsoll.Performance.Catalog;

namespace Plimsoll.Calibration.Tests.Validation;

/// <summary>Runs on GPUs and of models that the catalogue may not know: found, fitted on their first half, met on the second.</summary>
public class UnseenRunTests
{
    private static readonly AffineTerms Plain = new(18e-3, 60e-6, 50e-6, 60e-9, 20e-9);

    [Fact]
    public void An_unknown_gpu_and_an_unknown_model_come_out() =>
        AssertMet(Predict(new MadeUpRun { Folder = "XPU9000/Foo-22B", Model = "acme/Foo-22B", StepTime = Plain, Seed = 3 }));

    [Fact]
    public void A_known_gpu_that_is_slower_than_its_roofline_comes_out() =>
        AssertMet(Predict(new MadeUpRun { Folder = "H100/Llama-3.1-8B", Model = "meta-llama/Llama-3.1-8B", StepTime = Plain, Seed = 4 }));

    [Fact]
    public void Memory_that_requests_wait_for_is_found()
    {
        ValidatedData data = Predict(new MadeUpRun
        {
            Folder = "XPU9000/Foo-22B",
            Model = "acme/Foo-22B",
            StepTime = Plain,
            Rate = 8,
            Blocks = 1_500,
            Seed = 5,
        });

        AssertMet(data);
        Assert.Contains(data.Parameters, entry => entry.Value.Contains("tokens of cache on each rank", StringComparison.Ordinal));
    }

    [Fact]
    public void Runs_of_one_model_on_one_gpu_are_told_apart_by_their_folders()
    {
        var run = new MadeUpRun { Folder = "H100/Llama-3.1-8B", Model = "meta-llama/Llama-3.1-8B", StepTime = Plain };

        ValidatedData data = Predict(run, run with { Folder = "H100/Llama-3.1-8B-slow", Seed = 2 });

        Assert.Equal(data.Rows.Count, data.Rows.Select(row => (row.Dataset, row.Prediction, row.Metric)).Distinct().Count());
        Assert.Contains(data.Rows, row => row.Dataset == "llmservingsim_vllm/H100/Llama-3.1-8B-slow");
    }

    private static ValidatedData Predict(params MadeUpRun[] runs)
    {
        List<InputProblem> problems = [];
        ValidationEntry entry = ValidationList.All.Single(entry => entry.Name == "llmservingsim_vllm");
        Func<PerformanceCatalog, ValidatedData>? predict = entry.Read([.. runs.SelectMany(run => run.Files)], problems);
        Assert.Empty(problems);
        return predict!(CatalogReader.BuiltIn);
    }

    private static void AssertMet(ValidatedData data)
    {
        AssertWithin("ttft_seconds_mean", 0.05);
        AssertWithin("tpot_seconds_mean", 0.02);
        AssertWithin("e2e_seconds_mean", 0.03);

        void AssertWithin(string metric, double bar)
        {
            ValidationRow row = data.Rows.Single(row => row.Prediction == ValidationRow.FromFit && row.Metric == metric);
            Assert.InRange(row.Error, -bar, bar);
        }
    }
}
