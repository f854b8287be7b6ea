using System.Text;
using Plimsoll.Calibration.Validation;
using Plimsoll.Calibration.Validation.Reading;
using Plimsoll.Performance;

namespace Plimsoll.Calibration.Tests.Validation;

/// <summary>Broken measurements are named by file, line and field, all at once.</summary>
public class BrokenDataTests
{
    private const string Good =
        """{"input_toks": 10, "output_toks": 5, "arrival_time": 100.5, "queued_ts": 7.5, "first_token_ts": 7.6, "last_token_ts": 7.9}""";

    private const string Meta =
        """
        {"vllm_version": "0.19.0", "engine_kwargs": {"model": "meta-llama/Llama-3.1-8B", "tensor_parallel_size": 1, "data_parallel_size": 1,
          "max_num_seqs": 8, "max_num_batched_tokens": 64}}
        """;

    [Fact]
    public void Every_bad_field_of_a_replay_is_named()
    {
        string bad = Good.Replace(": 10,", ": \"ten\",", StringComparison.Ordinal);
        string late = Good.Replace("7.6", "9.6", StringComparison.Ordinal);

        List<InputProblem> problems = Read("llmservingsim_vllm", ("x/G/M/requests.jsonl", $"{Good}\n{bad}\n{{\n{late}\n"), ("x/G/M/meta.json", Meta));

        Assert.Contains(problems, problem => problem is { File: "x/G/M/requests.jsonl", Line: 2, Field: "input_toks" });
        Assert.Contains(problems, problem => problem is { Line: 3, Field: "" } && problem.Message.Contains("JSON", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem is { Line: 4, Field: "first_token_ts" });
        Assert.Equal(3, problems.Count);
    }

    [Fact]
    public void A_replay_without_its_settings_is_refused() =>
        Assert.Equal("x/G/M/meta.json", Assert.Single(Read("llmservingsim_vllm", ("x/G/M/requests.jsonl", $"{Good}\n{Good}\n"))).File);

    [Fact]
    public void Missing_columns_and_bad_numbers_of_a_table_are_named()
    {
        const string Header = "model,hardware,prompt_size,batch_size,token_size,prompt_time,token_time,tensor_parallel\n";

        List<InputProblem> missing = Read("splitwise", ("splitwise/a.csv", "model,hardware\n"));
        List<InputProblem> bad = Read("splitwise", ("splitwise/a.csv", Header + "m,h,512,0,128,x,54,2\nm,h,512\n"));

        Assert.Equal(6, missing.Count);
        Assert.All(missing, problem => Assert.Equal(1, problem.Line));
        Assert.Contains(bad, problem => problem is { File: "splitwise/a.csv", Line: 2, Field: "batch_size" });
        Assert.Contains(bad, problem => problem is { Line: 2, Field: "prompt_time" });
        Assert.Contains(bad, problem => problem is { Line: 3, Field: "" });
        Assert.Equal(3, bad.Count);
    }

    [Fact]
    public void A_broken_list_of_submissions_is_named() =>
        Assert.Equal("mlperf/x.json", Assert.Single(Read("mlperf", ("mlperf/x.json", "[{}"))).File);

    private static List<InputProblem> Read(string name, params (string Path, string Text)[] files)
    {
        List<InputProblem> problems = [];
        ValidationEntry entry = ValidationList.All.Single(entry => entry.Name == name);
        entry.Read([.. files.Select(file => new MeasuredFile(file.Path, () => new MemoryStream(Encoding.UTF8.GetBytes(file.Text))))], problems);
        return problems;
    }
}
