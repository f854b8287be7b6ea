using System.Text;
using Plimsoll.Performance.Catalog;

namespace Plimsoll.Performance.Tests.Catalog;

public sealed class UserFileTests
{
    private static ReadResult<PerformanceCatalog> Read(string json) =>
        CatalogReader.WithUserFile(new MemoryStream(Encoding.UTF8.GetBytes(json)), "mine.json");

    [Fact]
    public void A_known_id_changes_only_the_fields_given()
    {
        ReadResult<PerformanceCatalog> read = Read(
            """
            { "gpus": [ {
              "id": "b300-sxm-288gb", "compute": { "fp4_operations_per_second": 13.1e15 }, "power": { "limit_watts": 900 }
            } ] }
            """);

        Assert.Empty(read.Problems);
        GpuSpec before = CatalogReader.BuiltIn.FindGpu("b300")!;
        GpuSpec after = read.Value!.FindGpu("b300")!;
        Assert.Equal(13.1e15, after.Compute.Fp4);
        Assert.Equal(before.Compute.Bf16, after.Compute.Bf16);
        Assert.Equal(900, after.Power.LimitWatts);
        Assert.Equal(before.Power.IdleWatts, after.Power.IdleWatts);
        Assert.False(before.Compute.Provenance.IsVerified("fp4_operations_per_second"));
        Assert.True(after.Compute.Provenance.IsVerified("fp4_operations_per_second"));
        Assert.Contains("user", after.Compute.Provenance.Sources);
        Assert.Equal(30, read.Value.Gpus.Count);
    }

    [Fact]
    public void A_new_device_and_model_are_added()
    {
        ReadResult<PerformanceCatalog> read = Read(
            """
            {
              // made up
              "gpus": [ {
                "id": "x1", "memory": { "usable_bytes": 48000000000, "bandwidth_bytes_per_second": 1e12 },
                "compute": { "bf16_operations_per_second": 200e12 }
              } ],
              "models": [ {
                "id": "tiny", "layers": 2, "hidden_size": 64, "attention_heads": 4, "kv_heads": 2, "head_dim": 16,
                "intermediate_size": 128, "vocab_size": 1000,
              } ]
            }
            """);

        Assert.Empty(read.Problems);
        Assert.Equal(31, read.Value!.Gpus.Count);
        Assert.Equal("x1", read.Value.FindGpu("X1")!.Name);
        Assert.Equal(69, read.Value.Models.Count);
        Assert.Equal(["user"], read.Value.FindModel("tiny")!.Provenance.Sources);
    }

    [Fact]
    public void All_problems_are_found_at_once_with_their_lines()
    {
        ReadResult<PerformanceCatalog> read = Read(
            """
            {
              "gpus": [ {
                "id": "x1",
                "memory": { "usable_bytes": "lots",
                  "bandwidth": 1e12 },
                "compute": { "bf16_operations_per_second": -1 }
              } ],
              "models": [ {
                "id": "tiny", "layers": 0, "hidden_size": 64, "kv_heads": 2,
                "native_weights": "fp9",
                "vocab_size": 1000
              } ],
              "gpu": []
            }
            """);

        Assert.Null(read.Value);
        string[] seen = [.. read.Problems.Select(problem => $"{problem.Line} {problem.Field}")];
        Assert.Contains("4 gpus[0].memory.usable_bytes", seen);
        Assert.Contains("4 gpus[0].memory.bandwidth_bytes_per_second", seen);
        Assert.Contains("5 gpus[0].memory.bandwidth", seen);
        Assert.Contains("6 gpus[0].compute.bf16_operations_per_second", seen);
        Assert.Contains("9 models[0].layers", seen);
        Assert.Contains("8 models[0].attention_heads", seen);
        Assert.Contains("8 models[0].head_dim", seen);
        Assert.Contains("10 models[0].native_weights", seen);
        Assert.Contains("13 gpu", seen);
        Assert.Contains("mine.json:13: gpu: not a known field; did you mean gpus?", read.Problems.Select(problem => problem.ToString()));
        Assert.All(read.Problems, problem => Assert.Equal("mine.json", problem.File));
    }

    [Fact]
    public void The_shape_of_a_problem_reads_like_a_compiler_message() => Assert.Equal(
        "mine.json:4: gpus[0].memory: missing", new InputProblem("mine.json", 4, "gpus[0].memory", "missing").ToString());

    [Theory]
    [InlineData("", 1)]
    [InlineData("[]", 1)]
    [InlineData("{ \"gpus\": [\n\n }", 3)]
    [InlineData("{ \"gpus\": [], \n \"gpus\": [] }", 2)]
    public void What_is_not_such_a_file_is_refused(string json, int line)
    {
        ReadResult<PerformanceCatalog> read = Read(json);
        Assert.Null(read.Value);
        Assert.Contains(read.Problems, problem => problem.Line == line);
    }

    [Fact]
    public void An_id_given_twice_is_refused() => Assert.Contains(
        Read("""{ "gpus": [ { "id": "h100-sxm-80gb" }, { "id": "h100-sxm-80gb" } ] }""").Problems,
        problem => problem.Message.Contains("given twice", StringComparison.Ordinal));

    [Theory]
    [InlineData("""{ "id": "h100-sxm-80gb", "compute": { "bf16_operations_per_second": 1979e12 } }""", "compute.bf16_operations_per_second", "sparsity")]
    [InlineData("""{ "id": "h100-sxm-80gb", "compute": { "fp8_operations_per_second": 3958e12 } }""", "compute.fp8_operations_per_second", "sparsity")]
    [InlineData("""{ "id": "h100-sxm-80gb", "links": { "scale_up_bytes_per_second": 900e9 } }""", "links.scale_up_bytes_per_second", "both directions")]
    [InlineData("""{ "id": "l4", "memory": { "bandwidth_bytes_per_second": 3350e9 } }""", "memory.bandwidth_bytes_per_second", "above the catalogue")]
    [InlineData("""{ "id": "h100-sxm-80gb", "compute": { "tf32_operations_per_second": 156e12 } }""", "compute.bf16_operations_per_second", "6.34 times")]
    [InlineData("""{ "id": "h100-sxm-80gb", "memory": { "usable_bytes": 96e9 } }""", "memory.usable_bytes", "more than")]
    [InlineData("""{ "id": "l40s", "compute": { "fp8_operations_per_second": 1466e12 } }""", "compute.fp8_operations_per_second", "sparsity")]
    public void Traps_of_other_catalogues_raise_warnings(string entry, string field, string word)
    {
        ReadResult<PerformanceCatalog> read = Read($$"""{ "gpus": [ {{entry}} ] }""");
        Assert.NotNull(read.Value);
        Assert.Contains(
            read.Warnings,
            warning => warning.Field == $"gpus[0].{field}" && warning.Message.Contains(word, StringComparison.Ordinal));
    }
}
