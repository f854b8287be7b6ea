using Plimsoll.Performance.Reading;

namespace Plimsoll.Performance.Models;

/// <summary>What each family's config.json says beyond the common fields, and what it leaves to its code.</summary>
internal static class ConfigFamilies
{
    private const int GemmaPattern = 6;

    public static void Llama(ConfigFields config)
    {
        if (config.Text.Flag("attention_bias"))
        {
            config.Biases |= ModelBiases.Qkv | ModelBiases.AttentionOutput;
        }

        if (config.Text.Flag("mlp_bias"))
        {
            config.Biases |= ModelBiases.Mlp;
        }
    }

    public static void WindowedEverywhere(ConfigFields config) => config.Window = config.WindowOn(config.Layers);

    public static void Qwen2(ConfigFields config)
    {
        config.Biases = ModelBiases.Qkv;
        QwenWindow(config);
    }

    public static void Qwen3(ConfigFields config)
    {
        Llama(config);
        config.QueryKeyNorm = QueryKeyNorm.PerHead;
        QwenWindow(config);
    }

    /// <summary>Every second layer, the first included, is windowed unless the file lists the layers.</summary>
    public static void Gemma2(ConfigFields config)
    {
        Gemma(config);
        config.Window = config.WindowOn(config.LayersOfType("sliding_attention") ?? ((config.Layers + 1) / 2));
    }

    /// <summary>Five windowed layers, then a global one, unless the file says otherwise.</summary>
    public static void Gemma3(ConfigFields config)
    {
        Gemma(config);
        config.QueryKeyNorm = QueryKeyNorm.PerHead;
        int pattern = config.Text.OptionalWhole("sliding_window_pattern", 1, ModelLimits.Layers) ?? GemmaPattern;
        config.Window = config.WindowOn(config.LayersOfType("sliding_attention") ?? (config.Layers - (config.Layers / pattern)));
    }

    public static void Mixtral(ConfigFields config)
    {
        WindowedEverywhere(config);
        config.Experts = Experts(config, "num_local_experts", "intermediate_size", config.Layers);
    }

    public static void Qwen3Experts(ConfigFields config)
    {
        Qwen3(config);
        int step = config.Text.OptionalWhole("decoder_sparse_step", 1, ModelLimits.Layers) ?? 1;
        int dense = config.Text.Items("mlp_only_layers").Count;
        config.Experts = Experts(config, "num_experts", "moe_intermediate_size", Math.Max(1, (config.Layers / step) - dense));
    }

    public static void DeepSeek(ConfigFields config)
    {
        FieldReader text = config.Text;
        config.LatentAttention = new LatentAttention(
            text.Whole("kv_lora_rank", 1, ModelLimits.Width),
            text.Whole("qk_rope_head_dim", 0, ModelLimits.HeadDim),
            text.Whole("qk_nope_head_dim", 0, ModelLimits.HeadDim),
            text.Whole("v_head_dim", 1, ModelLimits.HeadDim),
            text.OptionalWhole("q_lora_rank", 1, ModelLimits.Width));
        if (text.Has("index_topk"))
        {
            config.SparseAttention = new SparseAttention(
                text.Whole("index_n_heads", 1, ModelLimits.Heads),
                text.Whole("index_head_dim", 1, ModelLimits.HeadDim),
                text.Whole("index_topk", 1, int.MaxValue));
        }

        if (text.Has("n_routed_experts"))
        {
            config.Experts = SharedExperts(config);
            config.Biases |= text.OptionalText("topk_method") == "noaux_tc" ? ModelBiases.Router : ModelBiases.None;
        }
    }

    public static void Glm4Experts(ConfigFields config)
    {
        config.Biases = ModelBiases.Router | (config.Text.Flag("attention_bias") ? ModelBiases.Qkv : ModelBiases.None);
        config.QueryKeyNorm = config.Text.Flag("use_qk_norm") ? QueryKeyNorm.PerHead : QueryKeyNorm.None;
        config.Experts = SharedExperts(config);
    }

    public static void GptOss(ConfigFields config)
    {
        config.Biases = ModelBiases.Qkv | ModelBiases.AttentionOutput | ModelBiases.Mlp | ModelBiases.Router;
        config.AttentionSinks = true;
        config.Window = config.WindowOn(config.LayersOfType("sliding_attention") ?? ((config.Layers + 1) / 2));
        config.Experts = Experts(config, "num_local_experts", "intermediate_size", config.Layers);
    }

    private static void Gemma(ConfigFields config)
    {
        config.TiedByDefault = true;
        config.NormsPerLayer = 4;
    }

    private static void QwenWindow(ConfigFields config)
    {
        if (config.Text.Flag("use_sliding_window"))
        {
            int full = config.Text.OptionalWhole("max_window_layers", 0, ModelLimits.Layers) ?? 0;
            config.Window = config.WindowOn(config.LayersOfType("sliding_attention") ?? Math.Max(0, config.Layers - full));
        }
    }

    private static ExpertLayers SharedExperts(ConfigFields config)
    {
        int denseFirst = config.Text.OptionalWhole("first_k_dense_replace", 0, config.Layers) ?? 0;
        int stride = config.Text.OptionalWhole("moe_layer_freq", 1, ModelLimits.Layers) ?? 1;
        ExpertLayers routed = Experts(
            config, "n_routed_experts", "moe_intermediate_size", Math.Max(1, (config.Layers - denseFirst) / stride));
        int shared = config.Text.OptionalWhole("n_shared_experts", 0, ModelLimits.Experts) ?? 0;
        return routed with { SharedIntermediateSize = shared * routed.IntermediateSize };
    }

    private static ExpertLayers Experts(ConfigFields config, string countField, string widthField, int layers)
    {
        int routed = config.Text.Whole(countField, 1, ModelLimits.Experts);
        return new ExpertLayers(
            layers,
            routed,
            config.Text.Whole("num_experts_per_tok", 1, routed),
            config.Text.Whole(widthField, 1, ModelLimits.InnerWidth),
            0,
            false);
    }
}
