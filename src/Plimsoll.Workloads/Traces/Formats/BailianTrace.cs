namespace Plimsoll.Workloads.Traces.Formats;

/// <summary>Qwen on Bailian: like Mooncake, in seconds, with one hash id for each 16 prompt tokens and chat ids.</summary>
internal static class BailianTrace
{
    public static TraceFormat Definition { get; } = new(
        "bailian", "JSON lines chat_id, timestamp (s), input_length, output_length, hash_ids (one for each 16 tokens)")
    {
        Detects = (_, line) => TraceFormats.HasFields(line, "\"input_length\""u8, "\"chat_id\""u8),
        Reader = input => new HashedBlockTrace(input, unitNanoseconds: 1_000_000_000, blockTokens: 16),
    };
}
