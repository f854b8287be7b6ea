using System.IO.Compression;
using System.Text;
using Plimsoll.Calibration.Validation;
using Plimsoll.Calibration.Validation.Reading;
using Plimsoll.Performance;
using Plimsoll.Performance.Catalog;

namespace Plimsoll.Calibration.Tests.Validation;

/// <summary>Data sets of other machines, models and makers: what is known is predicted, what is not is listed with the reason.</summary>
public class OtherNamesTests
{
    private const string Splitwise = "model,hardware,prompt_size,batch_size,token_size,prompt_time,token_time,tensor_parallel,more";

    [Theory]
    [InlineData("h200", "llama2-13b", "splitwise/h200-sxm-141gb/llama-2-13b/tp2")]
    [InlineData("NVIDIA A100-SXM4-80GB", "bloom-176b", "splitwise/a100-sxm-80gb/bloom-176b/tp2")]
    [InlineData("RTX4090", "Qwen/Qwen2.5-7B-Instruct-AWQ", "splitwise/rtx-4090/qwen2.5-7b/tp2")]
    [InlineData("L40S", "deepseek-ai/DeepSeek-R1-Distill-Llama-70B", "splitwise/l40s/llama-3.3-70b/tp2")]
    [InlineData("AMD Instinct MI300X-NPS1-SPX-192GB-750W", "llama3_1-70b-fp8_dyn", "splitwise/mi300x/llama-3.1-70b/tp2")]
    [InlineData("gb300", "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-FP8", "splitwise/gb300-nvl72/nemotron-3-nano-30b-a3b/tp2")]
    public void Names_are_understood_as_data_sets_spell_them(string gpu, string model, string dataset) =>
        Assert.All(Predict($"{Splitwise}\n{model},{gpu},512,1,128,50,30,2,x\n").Rows, row => Assert.Equal(dataset, row.Dataset));

    [Theory]
    [InlineData("XPU9000,512,1,128,50,30,2", "1 rows left out: GPU XPU9000 is not in the catalogue.")]
    [InlineData("NVIDIA H200-NVL-141GB,512,1,128,50,30,2", "1 rows left out: GPU NVIDIA H200-NVL-141GB is not in the catalogue.")]
    [InlineData("A100-PCIE-40GB,512,1,128,50,30,2", "1 rows left out: GPU A100-PCIE-40GB is not in the catalogue.")]
    [InlineData("h100,512,1,128,50,30,3", "1 rows left out: 64 attention heads cannot be split over 3 GPUs.")]
    [InlineData("h100,512,1,128,50,0,2", "1 rows left out: a time is zero.")]
    public void What_cannot_be_predicted_is_listed_with_the_reason(string row, string note)
    {
        ValidatedData data = Predict($"{Splitwise}\r\nllama2-70b,{row},x\r\n\r\n,,,,,,,,\r\n");

        Assert.Empty(data.Rows);
        Assert.Contains(note, data.Notes);
    }

    [Fact]
    public void Packed_tables_are_read_too()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes($"{Splitwise}\nllama2-70b,h100,512,1.0,128,50,30,2,x\n"));
        }

        Assert.NotEmpty(Predict(new MeasuredFile("splitwise/a.csv.gz", () => new MemoryStream(packed.ToArray()))).Rows);
    }

    [Fact]
    public void An_empty_table_is_named()
    {
        List<InputProblem> problems = [];
        Entry("splitwise").Read([Plain("splitwise/a.csv", "")], problems);

        Assert.True(Assert.Single(problems) is { File: "splitwise/a.csv", Line: 1 });
    }

    [Fact]
    public void Submissions_without_a_rate_of_tokens_are_counted()
    {
        const string Entries = """
            [{"UsedModel": "llama2-70b-99", "Accelerator": "NVIDIA L4", "a#": 8, "Performance_Result": null, "Performance_Units": "Tokens/s"},
             {"UsedModel": "llama2-70b-99", "Accelerator": "NVIDIA L4", "a#": 8, "Performance_Result": 7, "Performance_Units": "Queries/s"},
             {"UsedModel": "llama2-70b-99", "Accelerator": "NVIDIA L4", "Performance_Result": 7, "Performance_Units": "Tokens/s"}]
            """;
        List<InputProblem> problems = [];
        ValidatedData data = Entry("mlperf").Read([Plain("mlperf/x.json", Entries)], problems)!(CatalogReader.BuiltIn);

        Assert.Empty(problems);
        Assert.Equal(3, data.Notes.Count(note => note.StartsWith("1 submissions left out", StringComparison.Ordinal)));
    }

    private static ValidatedData Predict(string text) => Predict(Plain("splitwise/a.csv", text));

    private static ValidatedData Predict(MeasuredFile file)
    {
        List<InputProblem> problems = [];
        Func<PerformanceCatalog, ValidatedData>? predict = Entry("splitwise").Read([file], problems);
        Assert.Empty(problems);
        return predict!(CatalogReader.BuiltIn);
    }

    private static ValidationEntry Entry(string name) => ValidationList.All.Single(entry => entry.Name == name);

    private static MeasuredFile Plain(string path, string text) => new(path, () => new MemoryStream(Encoding.UTF8.GetBytes(text)));
}
