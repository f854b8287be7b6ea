using Plimsoll.Core;

namespace Plimsoll.Workloads.Traces.Formats;

/// <summary>Mooncake: JSON lines, milliseconds, one hash id for each 512 prompt tokens.</summary>
internal static class MooncakeTrace
{
    private const int BlockTokens = 512;

    public static TraceFormat Definition { get; } = new(
        "mooncake", "JSON lines timestamp (ms), input_length, output_length, hash_ids (one for each 512 tokens)")
    {
        Keeps = TraceFeatures.Arrivals | TraceFeatures.PrefixHashes,
        Detects = (_, line) =>
            TraceFormats.HasFields(line, "\"input_length\""u8, "\"output_length\""u8) && line.IndexOf("\"chat_id\""u8) < 0,
        Reader = input => new HashedBlockTrace(input, unitNanoseconds: 1_000_000, BlockTokens),
        Writer = stream => new MooncakeRows(stream),
    };

    private sealed class MooncakeRows(Stream stream) : TraceRowWriter(stream)
    {
        public override int OnlyBlockTokens => BlockTokens;

        public override void Write(in InferenceRequest request)
        {
            Put("{\"timestamp\": "u8);
            Put(request.Arrival.Nanoseconds / 1_000_000);
            Put(", \"input_length\": "u8);
            Put(request.PromptTokens);
            Put(", \"output_length\": "u8);
            Put(request.OutputTokens);
            Put(", \"hash_ids\": ["u8);
            PutHashes(request.Details is { BlockTokens: BlockTokens } details ? details.PrefixHashArray : []);
            Put("]}\n"u8);
        }

        private void PutHashes(ulong[] hashes)
        {
            for (int i = 0; i < hashes.Length; i++)
            {
                Put(i == 0 ? ""u8 : ", "u8);
                PutUnsigned(hashes[i]);
            }
        }
    }
}
