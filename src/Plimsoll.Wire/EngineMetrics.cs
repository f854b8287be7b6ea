using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Plimsoll.Core;

namespace Plimsoll.Wire;

/// <summary>
/// Reads load from an engine's metrics page (Prometheus text), whichever engine and version it is: the names that vLLM, SGLang, llama.cpp
/// and TensorRT-LLM use now and used before. What is missing or cannot be read stays unknown, and only that.
/// </summary>
public static class EngineMetrics
{
    private enum Meaning
    {
        Running,
        Waiting,
        KvUsage,
    }

    private static readonly (byte[] Name, Meaning Meaning)[] Names =
    [
        ("vllm:num_requests_running"u8.ToArray(), Meaning.Running),
        ("vllm:num_requests_waiting"u8.ToArray(), Meaning.Waiting),
        ("vllm:kv_cache_usage_perc"u8.ToArray(), Meaning.KvUsage),
        ("vllm:gpu_cache_usage_perc"u8.ToArray(), Meaning.KvUsage),
        ("sglang:num_running_reqs"u8.ToArray(), Meaning.Running),
        ("sglang:num_queue_reqs"u8.ToArray(), Meaning.Waiting),
        ("sglang:token_usage"u8.ToArray(), Meaning.KvUsage),
        ("llamacpp:requests_processing"u8.ToArray(), Meaning.Running),
        ("llamacpp:requests_deferred"u8.ToArray(), Meaning.Waiting),
        ("llamacpp:kv_cache_usage_ratio"u8.ToArray(), Meaning.KvUsage),
        ("trtllm_num_requests_running"u8.ToArray(), Meaning.Running),
        ("trtllm_num_requests_waiting"u8.ToArray(), Meaning.Waiting),
        ("trtllm_kv_cache_utilization"u8.ToArray(), Meaning.KvUsage),
    ];

    private static readonly (byte[] Name, byte[] Count, byte[] Size)[] Blocks =
    [
        ("vllm:cache_config_info"u8.ToArray(), "num_gpu_blocks"u8.ToArray(), "block_size"u8.ToArray()),
        ("sglang:cache_config_info"u8.ToArray(), "num_pages"u8.ToArray(), "page_size"u8.ToArray()),
    ];

    private static readonly byte[][] RankLabels = ["engine"u8.ToArray(), "dp_rank"u8.ToArray()];

    /// <summary>Reads a page.</summary>
    /// <param name="page">Prometheus text, UTF-8.</param>
    /// <param name="rank">Only this data-parallel rank where series say their rank; null for all together.</param>
    public static EngineLoad Read(ReadOnlySpan<byte> page, int? rank)
    {
        byte[]? wanted = rank is { } number ? Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)) : null;
        Span<double> sums = stackalloc double[3];
        Span<int> counts = stackalloc int[3];
        (long? blocks, int? blockTokens) = (null, null);
        while (!page.IsEmpty)
        {
            int end = page.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? page : page[..end];
            page = end < 0 ? default : page[(end + 1)..];
            if (line.IsEmpty || line[0] == '#'
                || !Split(line, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> labels, out ReadOnlySpan<byte> value)
                || !IsOfRank(labels, wanted))
            {
                continue;
            }

            if (MeaningOf(name) is { } meaning && Utf8Parser.TryParse(value, out double load, out int _) && double.IsFinite(load) && load >= 0)
            {
                sums[(int)meaning] += load;
                counts[(int)meaning]++;
            }
            else if (BlocksOf(name, labels) is var (found, size))
            {
                (blocks, blockTokens) = ((blocks ?? 0) + found, size ?? blockTokens);
            }
        }

        return new EngineLoad(
            counts[0] > 0 ? (int)Math.Min(sums[0], int.MaxValue) : null,
            counts[1] > 0 ? (int)Math.Min(sums[1], int.MaxValue) : null,
            counts[2] > 0 ? Math.Min(1, sums[2] / counts[2]) : null,
            blocks)
        {
            BlockTokens = blockTokens,
        };
    }

    /// <summary>
    /// The report that the dispatcher gets. What the engine does not say comes from the gateway's own books; and a replica never has fewer
    /// requests than were sent to it and have not ended.
    /// </summary>
    public static ReplicaReport Report(int replica, in EngineLoad load, int inFlight)
    {
        int running = load.RunningRequests ?? Math.Max(0, inFlight - (load.WaitingRequests ?? 0));
        int waiting = Math.Max(load.WaitingRequests ?? 0, inFlight - running);
        long blocks = load.KvUsage is null ? 0 : load.KvBlocks ?? 1000;
        return new ReplicaReport(new ReplicaId(replica), default, running, waiting, (long)Math.Round((load.KvUsage ?? 0) * blocks), blocks);
    }

    private static bool Split(
        ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> labels, out ReadOnlySpan<byte> value)
    {
        int open = line.IndexOf((byte)'{');
        int blank = line.IndexOf((byte)' ');
        if (open >= 0 && (blank < 0 || open < blank))
        {
            int close = line.LastIndexOf((byte)'}');
            name = line[..open];
            labels = close > open ? line[(open + 1)..close] : default;
            value = close > open ? line[(close + 1)..].Trim((byte)' ') : default;
            return close > open;
        }

        name = blank < 0 ? default : line[..blank];
        labels = default;
        value = blank < 0 ? default : line[(blank + 1)..].Trim((byte)' ');
        return blank > 0;
    }

    private static Meaning? MeaningOf(ReadOnlySpan<byte> name)
    {
        foreach ((byte[] known, Meaning meaning) in Names)
        {
            if (name.SequenceEqual(known))
            {
                return meaning;
            }
        }

        return null;
    }

    private static (long Blocks, int? Tokens)? BlocksOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> labels)
    {
        foreach ((byte[] known, byte[] count, byte[] size) in Blocks)
        {
            if (name.SequenceEqual(known) && Utf8Parser.TryParse(ValueOf(labels, count), out long blocks, out int _) && blocks > 0)
            {
                bool isSized = Utf8Parser.TryParse(ValueOf(labels, size), out int tokens, out int _) && tokens > 0;
                return (blocks, isSized ? tokens : null);
            }
        }

        return null;
    }

    private static bool IsOfRank(ReadOnlySpan<byte> labels, byte[]? wanted)
    {
        foreach (byte[] label in wanted is null ? [] : RankLabels)
        {
            ReadOnlySpan<byte> rank = ValueOf(labels, label);
            if (!rank.IsEmpty)
            {
                return rank.SequenceEqual(wanted);
            }
        }

        return true;
    }

    // The value of name="value"; empty if there is none.
    private static ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> labels, ReadOnlySpan<byte> name)
    {
        for (int from = 0; labels[from..].IndexOf(name) is var at and >= 0;)
        {
            int start = from + at;
            from = start + name.Length;
            bool isWhole = (start == 0 || labels[start - 1] is (byte)',' or (byte)' ') && labels[from..].StartsWith("=\""u8);
            if (isWhole)
            {
                ReadOnlySpan<byte> value = labels[(from + 2)..];
                int end = value.IndexOf((byte)'"');
                return end < 0 ? default : value[..end];
            }
        }

        return default;
    }
}
