using Plimsoll.Calibration.Fitting;
using Plimsoll.Calibration.Profiles;

namespace Plimsoll.Calibration.Tests.Profiles;

/// <summary>Small files of every kind, and what is wrong with wrong ones.</summary>
public sealed class SourceReaderTests
{
    private const string ProfileHeader =
        "prefill_tokens,prefill_sequences,prefill_history_tokens,decode_sequences,decode_context_tokens,step_seconds\n";

    [Fact]
    public void A_profile_gives_its_rows()
    {
        SourceReading reading = InMemory.Read(InMemory.Target(), InMemory.File("p.csv", ProfileHeader + "512,2,100,0,0,0.03\n0,0,0,8,4096,0.02\n"));

        Assert.Equal(
            [
                StepObservation.OfStep(512, 2, 100, 0, 0, 0.03) with { File = "p.csv", Line = 2 },
                StepObservation.OfStep(0, 0, 0, 8, 4096, 0.02) with { File = "p.csv", Line = 3 },
            ],
            reading.Steps);
        Assert.Contains(reading.Notes, note => note.Contains("not held against the hardware", StringComparison.Ordinal));
    }

    [Fact]
    public void A_step_log_may_list_unequal_chunks()
    {
        SourceReading reading = InMemory.Read(InMemory.Target(), InMemory.File("s.jsonl",
            """
            {"prefills": [{"tokens": 100, "history_tokens": 50}, {"tokens": 200}], "decode_sequences": 4, "decode_context_tokens": 400, "step_seconds": 0.02}
            {"prefill_tokens": 64, "step_seconds": 0.01}
            """));

        StepObservation mixed = reading.Steps[0];
        Assert.Empty(reading.Problems);
        Assert.Equal((300, 2, 50), (mixed.PrefillTokens, mixed.PrefillSequences, mixed.HistoryTokens));
        Assert.Equal((100 * 200) + (200 * 200), mixed.HalfPairs);
        Assert.Equal(400, mixed.MixedContextTokens);
        Assert.Equal(64 * 64, reading.Steps[1].HalfPairs);
    }

    [Fact]
    public void Layers_in_vllm_add_up_to_steps()
    {
        // 32 layers: (2·1 + 3 + 1 + 2 + 8 + 1 + 4)·32 + 5 + 2 = 679 µs; head 100 µs; attention 10 µs a layer.
        const string Dense = """
            layer,tokens,time_us
            layernorm,1,1
            qkv_proj,1,3
            rotary_emb,1,1
            o_proj,1,2
            gate_up_proj,1,8
            act_fn,1,1
            down_proj,1,4
            embedding,1,5
            final_layernorm,1,2
            """;
        SourceReading reading = InMemory.Read(
            InMemory.Target("llama-3.1-8b"),
            InMemory.File("dense.csv", Dense),
            InMemory.File("per_sequence.csv", "layer,sequences,time_us\nlm_head,1,90\nsampler,1,10\n"),
            InMemory.File("attention.csv", "prefill_chunk,kv_prefill,n_decode,kv_decode,time_us\n0,0,1,512,10\n16,32,2,100,20\n"));

        Assert.Empty(reading.Problems);
        Assert.Equal((679 + 100 + 320) * 1e-6, reading.Steps[0].Seconds, 1e-12);
        Assert.Equal((1, 512), (reading.Steps[0].DecodeSequences, reading.Steps[0].ContextTokens));
        Assert.Equal((679 + 100 + 640) * 1e-6, reading.Steps[1].Seconds, 1e-12);
        Assert.Equal((16, 32, 200), (reading.Steps[1].PrefillTokens, reading.Steps[1].HistoryTokens, reading.Steps[1].MixedContextTokens));
    }

    [Fact]
    public void Experts_are_read_at_the_number_that_tokens_touch()
    {
        const string Experts = "tokens,activated_experts,time_us\n1,8,50\n1,128,800\n128,8,80\n128,128,900\n";
        SourceReading reading = InMemory.Read(
            InMemory.Target("Qwen/Qwen3-30B-A3B"),
            InMemory.File("dense.csv", "layer,tokens,time_us\nqkv_proj,1,1\n"),
            InMemory.File("moe.csv", Experts),
            InMemory.File("attention.csv", "prefill_chunk,kv_prefill,n_decode,kv_decode,time_us\n0,0,1,512,10\n0,0,128,512,10\n"));

        Assert.Empty(reading.Problems);
        Assert.Equal(48 * (1 + 10 + 50) * 1e-6, reading.Steps[0].Seconds, 1e-9);
        double touched = 128 * (1 - Math.Pow(1 - (8.0 / 128), 128));
        Assert.Equal(48 * (1 + 10 + double.Lerp(80, 900, (touched - 8) / 120)) * 1e-6, reading.Steps[1].Seconds, 1e-9);
    }

    [Fact]
    public void Products_that_were_not_timed_lie_between_those_that_were()
    {
        // Llama-3.1-8B: 6144x4096 and 4096x4096 stand in the table, 28672x4096, 4096x14336 and the head lie between and beyond.
        (int N, int K)[] shapes = [(4096, 4096), (6144, 4096), (16384, 4096), (65536, 4096), (4096, 16384)];
        string gemm = "framework,device,gemm_dtype,m,n,k,latency\n" + string.Concat(shapes.Select(shape =>
            $"VLLM,NVIDIA H100 80GB HBM3,bfloat16,1,{shape.N},{shape.K},{shape.N * (double)shape.K * 2 / 3e9:R}\n"));
        const string Attention = "device,op_name,batch_size,isl,num_heads,num_key_value_heads,head_dim,attn_dtype,kv_cache_dtype,step,window_size,latency\n"
            + "NVIDIA H100 80GB HBM3,generation_attention,1,1,32,8,128,bfloat16,bfloat16,511,0,0.01\n";
        SourceReading reading = InMemory.Read(
            InMemory.Target("llama-3.1-8b", "h100"), InMemory.File("gemm.csv", gemm), InMemory.File("attention.csv", Attention));

        Assert.Empty(reading.Problems);
        double weights = (32.0 * ((6144 * 4096) + (4096 * 4096) + (3 * 14336 * 4096))) + (128256.0 * 4096);
        Assert.Equal((weights * 2 / 3e12) + (32 * 1e-5), reading.Steps[0].Seconds, 1e-6);
    }

    [Fact]
    public void Dense_operators_and_attention_in_vidurs_format_add_up()
    {
        string[] names = ["input_layernorm", "attn_pre_proj", "attn_rope", "attn_post_proj", "post_attention_layernorm", "mlp_up_proj", "mlp_act", "mlp_down_proj", "add", "emb"];
        string mlp = string.Join(',', names.Select(name => $"time_stats.{name}.median")) + ",n_embd,num_tokens,num_tensor_parallel_workers\n"
            + "0.001,0.002,0.003,0.004,0.005,0.006,0.007,0.008,0.009,0.5,4096,8,1\n";
        const string Attention = "time_stats.attn_kv_cache_save.median,time_stats.attn_prefill.median,time_stats.attn_decode.median,n_embd,num_tensor_parallel_workers,batch_size,prefill_chunk_size,kv_cache_size,is_prefill\n"
            + "0.001,,0.02,4096,1,8,0,99,False\n0.001,0.03,,4096,1,1,8,64,True\n";
        SourceReading reading = InMemory.Read(InMemory.Target("llama-2-7b"), InMemory.File("mlp.csv", mlp), InMemory.File("attention.csv", Attention));

        Assert.Empty(reading.Problems);
        Assert.Equal((0.5 + (32 * (0.036 + 0.018)) + (32 * 0.021)) * 1e-3, reading.Steps[0].Seconds, 1e-9);
        Assert.Equal((8, 800), (reading.Steps[0].DecodeSequences, reading.Steps[0].ContextTokens));
        Assert.Equal((8, 64), (reading.Steps[1].PrefillTokens, reading.Steps[1].HistoryTokens));
    }

    [Fact]
    public void Whole_batches_give_a_prompt_and_a_step_in_the_middle_of_the_output()
    {
        const string Table = "model,hardware,prompt_size,batch_size,token_size,prompt_time,token_time,tensor_parallel\n"
            + "llama2-70b,h100-80gb,512,2,128,70,30,8\nllama2-70b,h100-80gb,512,2,1024,70,31,8\nllama2-70b,a100-80gb,512,2,128,99,40,8\n";
        CalibrationTarget target = InMemory.Target() with { Where = [new("hardware", "h100-80gb")] };

        SourceReading reading = InMemory.Read(target, InMemory.File("s.csv", Table));

        Assert.Empty(reading.Problems);
        Assert.Equal(3, reading.Steps.Count);
        Assert.Equal((1024, 2, 0.07), (reading.Steps[0].PrefillTokens, reading.Steps[0].PrefillSequences, reading.Steps[0].Seconds));
        Assert.Equal((2, 2 * 576.0, 0.03), (reading.Steps[1].DecodeSequences, reading.Steps[1].ContextTokens, reading.Steps[1].Seconds));
        SourceReading mixed = InMemory.Read(InMemory.Target(), InMemory.File("s.csv", Table));
        Assert.Contains("choose one with --where hardware=…: a100-80gb, h100-80gb", Assert.Single(mixed.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_closed_loop_gives_its_mean_step()
    {
        const string Table = "silicon_data_source,mode,isl,osl,silicon_ttft_ms,silicon_tpot_ms\n"
            + "\"run 1; silicon_concurrency=64; x\",agg,1000,500,100,20\nsilicon_concurrency=64,disagg,1000,500,100,15\n";

        SourceReading reading = InMemory.Read(InMemory.Target() with { Where = [new("mode", "agg")] }, InMemory.File("s.csv", Table));

        StepObservation step = Assert.Single(reading.Steps);
        Assert.True(step.IsAverage);
        Assert.Equal((128, 64, 64 * 1250.0, 0.02), (step.PrefillTokens, step.DecodeSequences, step.ContextTokens, step.Seconds));
        Assert.Equal(0.128, step.PrefillShare, 1e-12);
    }

    [Fact]
    public void Requests_alone_give_steps_and_others_do_not()
    {
        const string Table = "arrival_seconds,prompt_tokens,output_tokens,ttft_seconds,e2e_seconds,tpot_seconds,sent_seconds,outcome\n"
            + "0,100,11,0.03,0.23,0.02,0.01,completed\n1,100,11,0.02,0.22,0.02,1,completed\n1.1,100,11,0.02,0.22,0.02,1.1,completed\n9,5,1,0,0,0,9,failed\n";

        SourceReading reading = InMemory.Read(InMemory.Target(), InMemory.File("b.csv", Table));

        Assert.Empty(reading.Problems);
        Assert.Equal(3, reading.Requests.Count);
        Assert.Equal(2, reading.Steps.Count);
        Assert.Equal((100, 0.02), (reading.Steps[0].PrefillTokens, Math.Round(reading.Steps[0].Seconds, 9)));
        Assert.Equal((1, 106, 0.02), (reading.Steps[1].DecodeSequences, reading.Steps[1].ContextTokens, Math.Round(reading.Steps[1].Seconds, 9)));
        Assert.Contains(reading.Notes, note => note.StartsWith("1 of 3 requests", StringComparison.Ordinal));
        Assert.Equal("not completed", Assert.Single(reading.Rejected).Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Counters_over_time_give_mean_steps_while_the_engine_is_busy(bool exposition)
    {
        (double At, double Steps, double Prompt, double Output, double Running, double Usage)[] scrapes =
            [(0, 0, 0, 0, 8, 0.5), (2, 100, 6_400, 810, 8, 0.5), (4, 200, 12_800, 1_620, 0, 0), (6, 50, 100, 100, 3, 0.1)];
        string text = exposition
            ? string.Concat(scrapes.Select(s => FormattableString.Invariant($$"""
                vllm:iteration_tokens_total_count{model_name="m"} {{s.Steps}} {{s.At * 1000}}
                vllm:prompt_tokens_total{model_name="m"} {{s.Prompt}} {{s.At * 1000}}
                vllm:generation_tokens_total{model_name="m"} {{s.Output}} {{s.At * 1000}}
                vllm:request_prompt_tokens_count{model_name="m"} {{s.Steps / 10}} {{s.At * 1000}}
                vllm:num_requests_running{model_name="m"} {{s.Running}} {{s.At * 1000}}
                vllm:kv_cache_usage_perc{model_name="m"} {{s.Usage}} {{s.At * 1000}}

                """)))
            : "timestamp_seconds,vllm:iteration_tokens_total_count,vllm:prompt_tokens_total,vllm:generation_tokens_total,vllm:request_prompt_tokens_count,vllm:num_requests_running,vllm:gpu_cache_usage_perc\n"
                + string.Concat(scrapes.Select(s => FormattableString.Invariant($"{s.At},{s.Steps},{s.Prompt},{s.Output},{s.Steps / 10},{s.Running},{s.Usage}\n")));

        SourceReading reading = InMemory.Read(InMemory.Target() with { KvTokens = 10_000 }, InMemory.File("m", text));

        Assert.Empty(reading.Problems);
        StepObservation step = Assert.Single(reading.Steps);
        Assert.Equal((64, 0.02, 5_000), (step.PrefillTokens, step.Seconds, step.ContextTokens));
        Assert.Equal(8, step.DecodeSequences, 1e-9);
        Assert.Equal(0.1, step.PrefillShare, 1e-9);
        Assert.Equal(["idle", "restarted"], reading.Rejected.Select(row => row.Kind));
    }

    [Fact]
    public void Impossible_steps_are_taken_out_and_a_file_full_of_them_is_refused()
    {
        string good = string.Concat(Enumerable.Range(1, 99).Select(i => $"0,0,0,{i},{i * 100},0.01\n"));
        CalibrationTarget target = InMemory.Target("llama-3.1-8b", "h100");

        SourceReading few = InMemory.Read(target, InMemory.File("p.csv", ProfileHeader + good + "0,0,0,1,100,0.001\n"));
        SourceReading many = InMemory.Read(target, InMemory.File("p.csv", ProfileHeader + good + string.Concat(Enumerable.Repeat("0,0,0,1,100,0.001\n", 9))));
        SourceReading kept = InMemory.Read(
            target with { KeepImpossible = true }, InMemory.File("p.csv", ProfileHeader + string.Concat(Enumerable.Repeat("0,0,0,1,100,0.001\n", 9))));

        Assert.Empty(few.Problems);
        Assert.Equal(99, few.Steps.Count);
        Assert.Contains("1 ms is less than the", Assert.Single(few.Rejected).Reason, StringComparison.Ordinal);
        Assert.Contains("9 of 108 rows that can be judged are faster than the hardware", Assert.Single(many.Problems).Message, StringComparison.Ordinal);
        Assert.Empty(kept.Problems);
        Assert.Equal(9, kept.Steps.Count);
    }

    [Fact]
    public void What_is_missing_or_not_understood_is_named()
    {
        const string Attention = "prefill_chunk,kv_prefill,n_decode,kv_decode,time_us\n0,0,1,512,10\n";
        Assert.Contains("name it", Only(InMemory.Read(InMemory.Target(), InMemory.File("a", Attention))), StringComparison.Ordinal);
        Assert.Contains("no table times the dense layers", Only(InMemory.Read(InMemory.Target("llama-3.1-8b"), InMemory.File("a", Attention))), StringComparison.Ordinal);
        Assert.Contains("no known kind of file has these columns: colour, size", Only(InMemory.Read(InMemory.Target(), InMemory.File("a", "colour,size\n1,2\n"))), StringComparison.Ordinal);
        Assert.Contains("empty", Only(InMemory.Read(InMemory.Target(), InMemory.File("a", ""))), StringComparison.Ordinal);
        Assert.Contains("not valid JSON", Only(InMemory.Read(InMemory.Target(), InMemory.File("a", "{nonsense"))), StringComparison.Ordinal);
        SourceReading wrong = InMemory.Read(InMemory.Target("llama-3.1-8b"), InMemory.File("a", "layer,tokens,time_us\nq,none,-1\n"));
        Assert.Equal([("tokens", 2), ("time_us", 2)], wrong.Problems.Select(problem => (problem.Field, problem.Line)));
        string gemm = "gemm_dtype,m,n,k,latency\nbfloat16,1,1,1,1\n";
        Assert.Contains("times the dense layers again", InMemory.Read(InMemory.Target("llama-3.1-8b"), InMemory.File("a", gemm), InMemory.File("b", gemm)).Problems[0].Message, StringComparison.Ordinal);
    }

    private static string Only(SourceReading reading) => Assert.Single(reading.Problems.Take(1)).Message;
}
