using System.Text;
using Plimsoll.Performance.Catalog;
using Plimsoll.Performance.Models;

namespace Plimsoll.Performance.Tests.Models;

/// <summary>A config.json and the catalogue entry of the same model describe one architecture.</summary>
public sealed class ModelConfigReaderTests
{
    public static TheoryData<string, string> Configurations => new()
    {
        {
            "llama-3.1-8b",
            """
            { "model_type": "llama", "num_hidden_layers": 32, "hidden_size": 4096, "num_attention_heads": 32, "num_key_value_heads": 8,
              "intermediate_size": 14336, "vocab_size": 128256, "max_position_embeddings": 131072, "torch_dtype": "bfloat16" }
            """
        },
        {
            "mistral-7b-v0.1",
            """
            { "model_type": "mistral", "num_hidden_layers": 32, "hidden_size": 4096, "num_attention_heads": 32, "num_key_value_heads": 8,
              "intermediate_size": 14336, "vocab_size": 32000, "max_position_embeddings": 32768, "sliding_window": 4096 }
            """
        },
        {
            "qwen2.5-7b",
            """
            { "model_type": "qwen2", "num_hidden_layers": 28, "hidden_size": 3584, "num_attention_heads": 28, "num_key_value_heads": 4,
              "intermediate_size": 18944, "vocab_size": 152064, "max_position_embeddings": 131072, "sliding_window": 131072,
              "use_sliding_window": false, "max_window_layers": 28, "tie_word_embeddings": false }
            """
        },
        {
            "qwen3-0.6b",
            """
            { "model_type": "qwen3", "num_hidden_layers": 28, "hidden_size": 1024, "num_attention_heads": 16, "num_key_value_heads": 8,
              "head_dim": 128, "intermediate_size": 3072, "vocab_size": 151936, "max_position_embeddings": 40960,
              "tie_word_embeddings": true }
            """
        },
        {
            "gemma-2-9b",
            """
            { "model_type": "gemma2", "num_hidden_layers": 42, "hidden_size": 3584, "num_attention_heads": 16, "num_key_value_heads": 8,
              "head_dim": 256, "intermediate_size": 14336, "vocab_size": 256000, "max_position_embeddings": 8192, "sliding_window": 4096 }
            """
        },
        {
            "gemma-3-27b",
            """
            { "model_type": "gemma3", "text_config": { "num_hidden_layers": 62, "hidden_size": 5376, "num_attention_heads": 32,
              "num_key_value_heads": 16, "head_dim": 128, "intermediate_size": 21504, "vocab_size": 262144,
              "max_position_embeddings": 131072, "sliding_window": 1024, "sliding_window_pattern": 6 }, "torch_dtype": "bfloat16" }
            """
        },
        {
            "mixtral-8x7b-v0.1",
            """
            { "model_type": "mixtral", "num_hidden_layers": 32, "hidden_size": 4096, "num_attention_heads": 32, "num_key_value_heads": 8,
              "intermediate_size": 14336, "vocab_size": 32000, "max_position_embeddings": 32768, "sliding_window": null,
              "num_local_experts": 8, "num_experts_per_tok": 2 }
            """
        },
        {
            "qwen3-30b-a3b",
            """
            { "model_type": "qwen3_moe", "num_hidden_layers": 48, "hidden_size": 2048, "num_attention_heads": 32, "num_key_value_heads": 4,
              "head_dim": 128, "intermediate_size": 6144, "moe_intermediate_size": 768, "num_experts": 128, "num_experts_per_tok": 8,
              "decoder_sparse_step": 1, "mlp_only_layers": [], "vocab_size": 151936, "max_position_embeddings": 40960 }
            """
        },
        {
            "deepseek-v3",
            """
            { "model_type": "deepseek_v3", "num_hidden_layers": 61, "hidden_size": 7168, "num_attention_heads": 128,
              "num_key_value_heads": 128, "intermediate_size": 18432, "moe_intermediate_size": 2048, "n_routed_experts": 256,
              "n_shared_experts": 1, "num_experts_per_tok": 8, "first_k_dense_replace": 3, "moe_layer_freq": 1, "kv_lora_rank": 512,
              "q_lora_rank": 1536, "qk_rope_head_dim": 64, "qk_nope_head_dim": 128, "v_head_dim": 128, "topk_method": "noaux_tc",
              "vocab_size": 129280, "max_position_embeddings": 163840, "quantization_config": { "quant_method": "fp8" } }
            """
        },
        {
            "deepseek-v2-lite",
            """
            { "model_type": "deepseek_v2", "num_hidden_layers": 27, "hidden_size": 2048, "num_attention_heads": 16,
              "intermediate_size": 10944, "moe_intermediate_size": 1408, "n_routed_experts": 64, "n_shared_experts": 2,
              "num_experts_per_tok": 6, "first_k_dense_replace": 1, "moe_layer_freq": 1, "kv_lora_rank": 512, "q_lora_rank": null,
              "qk_rope_head_dim": 64, "qk_nope_head_dim": 128, "v_head_dim": 128, "topk_method": "greedy",
              "vocab_size": 102400, "max_position_embeddings": 163840 }
            """
        },
        {
            "gpt-oss-20b",
            """
            { "model_type": "gpt_oss", "num_hidden_layers": 24, "hidden_size": 2880, "num_attention_heads": 64, "num_key_value_heads": 8,
              "head_dim": 64, "intermediate_size": 2880, "num_local_experts": 32, "num_experts_per_tok": 4, "sliding_window": 128,
              "vocab_size": 201088, "max_position_embeddings": 131072, "quantization_config": { "quant_method": "mxfp4" } }
            """
        },
        {
            "glm-4.5",
            """
            { "model_type": "glm4_moe", "num_hidden_layers": 92, "hidden_size": 5120, "num_attention_heads": 96, "num_key_value_heads": 8,
              "head_dim": 128, "intermediate_size": 12288, "moe_intermediate_size": 1536, "n_routed_experts": 160, "n_shared_experts": 1,
              "num_experts_per_tok": 8, "first_k_dense_replace": 3, "attention_bias": true, "use_qk_norm": true,
              "vocab_size": 151552, "max_position_embeddings": 131072 }
            """
        },
    };

    [Theory]
    [MemberData(nameof(Configurations))]
    public void Reads_what_the_catalogue_states(string id, string json)
    {
        ModelSpec known = CatalogReader.BuiltIn.FindModel(id)!;
        ReadResult<ModelSpec> read = Read(json);

        Assert.Empty(read.Problems);
        Assert.Empty(read.Warnings);
        // A model of expert layers only carries an unused dense width in some files.
        Assert.Equal(known.Architecture with { IntermediateSize = read.Value!.Architecture.IntermediateSize }, read.Value.Architecture);
        Assert.Equal(ParameterCounts.Of(known.Architecture), ParameterCounts.Of(read.Value.Architecture));
        Assert.Equal(known.NativeWeights, read.Value.NativeWeights);
    }

    [Fact]
    public void Missing_fields_are_all_named()
    {
        ReadResult<ModelSpec> read = Read(
            """{ "model_type": "mixtral", "num_hidden_layers": 4, "hidden_size": 100, "num_attention_heads": 3 }""");
        Assert.Null(read.Value);
        string[] fields = [.. read.Problems.Select(problem => problem.Field)];
        Assert.Equal(["num_local_experts", "num_experts_per_tok", "intermediate_size", "head_dim", "vocab_size"], fields);
    }

    [Fact]
    public void An_unknown_family_is_named_with_the_known_ones()
    {
        InputProblem problem = Assert.Single(Read("""{ "model_type": "bert" }""").Problems);
        Assert.Equal("model_type", problem.Field);
        Assert.Contains("qwen3_moe", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "quant_method": "awq", "bits": 4 }""", WeightFormat.Int4, 0)]
    [InlineData("""{ "quant_method": "gptq", "bits": 8 }""", WeightFormat.Int8, 0)]
    [InlineData("""{ "quant_method": "bitsandbytes" }""", WeightFormat.Bf16, 1)]
    public void Quantisation_is_understood_or_doubted(string quantization, WeightFormat format, int warnings)
    {
        ReadResult<ModelSpec> read = Read($$"""
            { "model_type": "llama", "num_hidden_layers": 2, "hidden_size": 64, "num_attention_heads": 4, "intermediate_size": 128,
              "vocab_size": 100, "quantization_config": {{quantization}} }
            """);
        Assert.Empty(read.Problems);
        Assert.Equal(format, read.Value!.NativeWeights);
        Assert.Equal(warnings, read.Warnings.Count);
        Assert.Equal(4, read.Value.Architecture.KvHeads);
        Assert.Equal(16, read.Value.Architecture.HeadDim);
    }

    private static ReadResult<ModelSpec> Read(string json) =>
        ModelConfigReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(json)), "config.json");
}
