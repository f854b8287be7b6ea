using System.Globalization;
using System.IO.Compression;
using Plimsoll.Calibration.Fitting;
using Plimsoll.Calibration.Profiles;
using Plimsoll.Testing;

namespace Plimsoll.Calibration.Tests.Profiles;

/// <summary>Every kind of file on the recorded ones; skipped where they are not.</summary>
public sealed class RecordedProfileTests
{
    private const string Vllm = "profiles/llmservingsim_vllm0190/RTXPRO6000/";
    private const string Llama = Vllm + "meta-llama/Llama-3.1-8B/bf16/tp1";
    private const string H100 = "profiles/aiconfigurator/h100_sxm/";

    [Fact]
    public void The_sums_of_layers_in_vllm_are_those_published()
    {
        SourceReading reading = Read(InMemory.Target("llama-3.1-8b", "rtx-pro-6000"), Llama);

        Assert.Empty(reading.Problems);
        Assert.Empty(reading.Rejected);
        Assert.Equal(19_364, reading.Steps.Count);

        // G + H at 1, 128, 256 and 2,048 tokens, of prompts with one output row from 256 on (vllm-v1-engine, section 12.1).
        double[] attention = LayerMicroseconds();
        double WithoutAttention(Func<StepObservation, bool> wanted)
        {
            StepObservation step = reading.Steps.First(wanted);
            return step.Seconds - (32e-6 * attention[step.Line]);
        }

        Assert.Equal(10.8e-3, WithoutAttention(step => step is { IsDecode: true, DecodeSequences: 1 }), 0.1e-3);
        Assert.Equal(12.4e-3, WithoutAttention(step => step is { IsDecode: true, DecodeSequences: 128 }), 0.1e-3);
        Assert.Equal(14.6e-3, WithoutAttention(step => step is { PrefillTokens: 256, DecodeSequences: 0 }), 0.1e-3);
        Assert.Equal(77e-3, WithoutAttention(step => step is { PrefillTokens: 2_048, DecodeSequences: 0 }), 0.8e-3);
        Assert.Equal(83e-3, reading.Steps.First(step => step is { PrefillTokens: 2_048, DecodeSequences: 0, HistoryTokens: 0 }).Seconds, 1e-3);
    }

    [Fact]
    public void Decode_attention_of_a_layer_is_the_line_published()
    {
        SourceReading reading = Read(InMemory.Target("llama-3.1-8b"), Llama);
        double[] attention = LayerMicroseconds();
        StepObservation[] layers =
        [
            .. reading.Steps.Where(step => step is { IsDecode: true, ContextTokens: > 20_000 })
                .Select(step => step with { Seconds = attention[step.Line] * 1e-6 }),
        ];

        StepTimeCalibration fit = StepTimeFit.Run(layers, new FitOptions { Form = "affine" }, out _)!;

        // 19.5 + 0.117 n + 0.00273 context microseconds, error 2 % in the median, 5.5 % at the ninetieth percentile.
        Assert.Equal(0.00273e-6, fit.Chosen["seconds_per_context_token"], 0.00005e-6);
        Assert.InRange(fit.Chosen["constant_seconds"], 17e-6, 22e-6);
        Assert.InRange(fit.InSample.Median, 0, 0.022);
        Assert.InRange(fit.InSample.P90, 0, 0.06);
        Assert.InRange(fit.HeldOut.Median, 0, 0.03);
    }

    [Fact]
    public void A_table_of_layers_in_vllm_fits_decode_steps_within_a_few_percent()
    {
        SourceReading reading = Read(InMemory.Target("llama-3.1-8b", "rtx-pro-6000"), Llama);
        StepObservation[] decodes = [.. reading.Steps.Where(step => step.IsDecode)];

        StepTimeCalibration fit = StepTimeFit.Run(decodes, new FitOptions(), out _)!;

        Assert.InRange(fit.HeldOut.Median, 0, 0.04);
    }

    [Fact]
    public void Experts_in_vllm_add_up()
    {
        SourceReading reading = Read(InMemory.Target("Qwen/Qwen3-30B-A3B", "rtx-pro-6000"), Vllm + "Qwen/Qwen3-30B-A3B-Instruct-2507/bf16/tp1");

        Assert.Empty(reading.Problems);
        Assert.InRange(reading.Steps.First(step => step is { IsDecode: true, DecodeSequences: 128 }).Seconds, 35e-3, 60e-3);
    }

    [Fact]
    public void Operator_tables_of_a_gpu_add_up_and_leave_little_unexplained()
    {
        SourceReading reading = Read(
            InMemory.Target("llama-3.1-8b", "h100"),
            H100 + "gemm/vllm/0.24.0/gemm_perf.csv.gz",
            H100 + "attention/vllm/0.24.0/context_attention_perf.csv.gz",
            H100 + "attention/vllm/0.24.0/generation_attention_perf.csv.gz");

        Assert.Empty(reading.Problems);
        StepTimeCalibration fit = StepTimeFit.Run(reading.Steps, new FitOptions(), out _)!;
        Assert.InRange(fit.HeldOut.Median, 0, 0.04);
        Assert.InRange(fit.Affine!["seconds_per_context_token"], 131_072 / 3.35e12, 1.3 * 131_072 / 3.35e12);
    }

    [Theory]
    [InlineData("gemm/trtllm/1.3.0rc20/gemm_perf.csv.gz", "attention/trtllm/1.3.0rc20")]
    [InlineData("gemm/sglang/0.5.10/gemm_perf.csv.gz", "attention/sglang/0.5.10")]
    public void Sound_tables_of_other_engines_are_accepted(string gemm, string attention)
    {
        SourceReading reading = Read(InMemory.Target("llama-3.1-8b", "h100"), H100 + gemm, H100 + attention);

        Assert.Empty(reading.Problems);
        Assert.NotEmpty(reading.Steps);
    }

    [Fact]
    public void The_table_that_breaks_physics_is_refused()
    {
        CalibrationTarget target = InMemory.Target("llama-3.1-8b", "h100");

        SourceReading reading = Read(target, H100 + "gemm/vllm/0.24.0/gemm_perf.csv.gz", "profiles/aiconfigurator_suspect");

        Assert.Contains("faster than the hardware", Assert.Single(reading.Problems).Message, StringComparison.Ordinal);
        Assert.InRange(reading.Rejected.Count(row => row.Kind == "impossible"), 900, 1_000);
    }

    [Theory]
    [InlineData("profiles/vidur/compute/h100/meta-llama/Llama-2-7b-hf/mlp.csv", "profiles/frontier/a800/Llama-2-7b-hf/attention.csv.gz", "llama-2-7b", null)]
    [InlineData("profiles/llmservingsim_v0/H100/meta-llama/Llama-3.1-8B/tp1/layers.csv", H100 + "attention/vllm/0.24.0/generation_attention_perf.csv.gz", "llama-3.1-8b", "h100")]
    public void Dense_operators_of_one_source_join_attention_of_another(string dense, string attention, string model, string? gpu)
    {
        SourceReading reading = Read(InMemory.Target(model, gpu), dense, attention);

        Assert.Empty(reading.Problems);
        Assert.InRange(reading.Steps.Min(step => step.Seconds), 3e-3, 20e-3);
    }

    [Theory]
    [InlineData("h100-80gb", "8")]
    [InlineData("a100-80gb", "4")]
    public void Whole_batches_of_splitwise(string hardware, string split)
    {
        CalibrationTarget target = InMemory.Target("llama-2-70b", hardware[..4], int.Parse(split, CultureInfo.InvariantCulture)) with
        {
            Where = [new("hardware", hardware), new("tensor_parallel", split)],
        };

        SourceReading reading = Read(target, "measured/splitwise/perf_model.llama2-70b.csv");

        Assert.Empty(reading.Problems);
        StepTimeCalibration fit = StepTimeFit.Run(reading.Steps, new FitOptions(), out string reason)!;
        Assert.True(fit is not null, reason);
        Assert.InRange(fit.InSample.Median, 0, 0.08);
    }

    [Fact]
    public void Served_configurations_give_mean_steps()
    {
        CalibrationTarget target = InMemory.Target() with
        {
            Where =
            [
                new("model_path", "Qwen/Qwen3-32B"), new("system", "h100_sxm"), new("backend", "trtllm"), new("precision", "fp8"),
                new("mode", "agg"), new("tp_size", "2"),
            ],
        };

        SourceReading reading = Read(target, "measured/aiconfigurator_silicon/silicon_sample.dev.csv");
        SourceReading several = Read(InMemory.Target(), "measured/aiconfigurator_silicon/silicon_sample.dev.csv");

        Assert.Empty(reading.Problems);
        Assert.All(reading.Steps, step => Assert.True(step.IsAverage));
        StepTimeCalibration fit = StepTimeFit.Run(reading.Steps, new FitOptions(), out string reason)!;
        Assert.True(fit is not null, reason);
        Assert.InRange(fit.HeldOut.Median, 0, 0.08);
        Assert.Contains(several.Problems, problem => problem.Field == "model_path");
        Assert.All(several.Problems, problem => Assert.Contains("--where", problem.Message, StringComparison.Ordinal));
    }

    private static SourceReading Read(CalibrationTarget target, params string[] paths) =>
        SourceReader.Read([.. paths.SelectMany(path => Files(SharedData.PathOf(path)))], target);

    private static IEnumerable<SourceFile> Files(string path)
    {
        string[] files = Directory.Exists(path)
            ? [.. Directory.EnumerateFiles(path, "*.csv*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
            : [path];
        return files.Select(file => new SourceFile(file, () =>
        {
            FileStream stream = File.OpenRead(file);
            return file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
        }));
    }

    /// <summary>Attention of a layer in microseconds, by line of the file.</summary>
    private static double[] LayerMicroseconds() =>
    [
        0, 0,
        .. File.ReadLines(SharedData.PathOf(Llama + "/attention.csv")).Skip(1)
            .Select(line => double.Parse(line.Split(',')[^1], CultureInfo.InvariantCulture)),
    ];
}
