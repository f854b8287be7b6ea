using System.Buffers.Binary;

namespace Plimsoll.Wire.KvEvents;

/// <summary>
/// Reads the batches of KV cache events that vLLM and those who follow it publish, as MessagePack: <c>[time, events, rank]</c>, each event
/// an array that begins with its name, or a map with its name under <c>type</c>. Fields that came later are passed over.
/// </summary>
public static class KvEventReader
{
    private const int HashBytes = 16;

    /// <summary>Fields of each event in the order of the array form, as far as they are known.</summary>
    private static readonly string[] Stored =
    [
        "block_hashes", "parent_block_hash", "token_ids", "block_size", "lora_id", "medium", "lora_name", "extra_keys",
    ];
    private static readonly string[] Removed = ["block_hashes", "medium"];
    private static readonly string[] Batch = ["ts", "events", "data_parallel_rank"];

    /// <summary>Reads one batch.</summary>
    /// <exception cref="FormatException">This is no batch of events.</exception>
    public static KvEventBatch Read(ReadOnlySpan<byte> payload)
    {
        var reader = new MessagePackReader(payload);
        bool isMap = reader.Next == MessagePackType.Map;
        int fields = isMap ? reader.ReadMap() : reader.ReadArray();
        double? time = null;
        List<KvEvent>? events = null;
        int? rank = null;
        for (int i = 0; i < fields; i++)
        {
            string field = isMap ? reader.ReadText() : NameOf(Batch, i);
            switch (field)
            {
                case "ts":
                    time = reader.ReadReal();
                    break;
                case "events":
                    events = Events(ref reader);
                    break;
                case "data_parallel_rank" when reader.Next != MessagePackType.Nil:
                    rank = Int(reader.ReadWhole());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return time is { } known && events is not null ? new KvEventBatch(known, events, rank)
            : throw new FormatException("a batch has a time and a list of events");
    }

    private static List<KvEvent> Events(ref MessagePackReader reader)
    {
        List<KvEvent> events = [];
        for (int left = reader.ReadArray(); left > 0; left--)
        {
            if (Event(ref reader) is { } read)
            {
                events.Add(read);
            }
        }

        return events;
    }

    private static KvEvent? Event(ref MessagePackReader reader)
    {
        bool isMap = reader.Next == MessagePackType.Map;
        int fields = isMap ? reader.ReadMap() : reader.ReadArray();
        string? kind = isMap || fields == 0 ? null : reader.ReadText();
        string[] order = kind == nameof(KvEventKind.BlockStored) ? Stored : kind == nameof(KvEventKind.BlockRemoved) ? Removed : [];
        UInt128[]? blocks = null;
        UInt128? parent = null;
        int blockTokens = 0;
        bool onGpu = true;
        int[] tokens = [];
        bool hasAdapter = false;
        string? adapter = null;
        List<string?>? extras = null;
        for (int i = 0; i < fields - (isMap ? 0 : 1); i++)
        {
            string field = isMap ? reader.ReadText() : NameOf(order, i);
            switch (field)
            {
                case "type" when isMap:
                    kind = reader.ReadText();
                    break;
                case "block_hashes":
                    blocks = Hashes(ref reader);
                    break;
                case "parent_block_hash" when reader.Next != MessagePackType.Nil:
                    parent = Hash(ref reader);
                    break;
                case "block_size":
                    blockTokens = Int(reader.ReadWhole());
                    break;
                case "token_ids" when reader.Next == MessagePackType.Array:
                    tokens = Tokens(ref reader);
                    break;
                case "lora_id" when reader.Next != MessagePackType.Nil:
                    hasAdapter = true;
                    reader.Skip();
                    break;
                case "lora_name" when reader.Next == MessagePackType.Text:
                    adapter = reader.ReadText();
                    break;
                case "extra_keys" when reader.Next == MessagePackType.Array:
                    extras = Extras(ref reader);
                    break;
                case "medium" when reader.Next == MessagePackType.Text:
                    onGpu = reader.ReadText().Equals("GPU", StringComparison.OrdinalIgnoreCase);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return !onGpu ? null : kind switch
        {
            nameof(KvEventKind.BlockStored) when blocks is not null && blockTokens > 0 =>
                new KvEvent(KvEventKind.BlockStored, blocks, parent, blockTokens)
                {
                    TokenIds = tokens,
                    Adapter = adapter,
                    PlainBlocks = hasAdapter && adapter is null ? 0 : PlainOf(extras, adapter, blocks.Length),
                },
            nameof(KvEventKind.BlockRemoved) when blocks is not null => new KvEvent(KvEventKind.BlockRemoved, blocks),
            nameof(KvEventKind.AllBlocksCleared) => new KvEvent(KvEventKind.AllBlocksCleared, []),
            nameof(KvEventKind.BlockStored) or nameof(KvEventKind.BlockRemoved) => throw new FormatException($"{kind} lacks its blocks or their size"),
            _ => null,
        };
    }

    private static string NameOf(string[] order, int index) => index < order.Length ? order[index] : "";

    // Tokens that are no numbers say nothing to us.
    private static int[] Tokens(ref MessagePackReader reader)
    {
        int[] tokens = new int[reader.ReadArray()];
        bool areNumbers = true;
        for (int i = 0; i < tokens.Length; i++)
        {
            if (reader.Next == MessagePackType.Whole)
            {
                Int128 token = reader.ReadWhole();
                areNumbers &= token >= 0 && token <= int.MaxValue;
                tokens[i] = areNumbers ? (int)token : 0;
            }
            else
            {
                areNumbers = false;
                reader.Skip();
            }
        }

        return areNumbers ? tokens : [];
    }

    // One entry a block: null where there is nothing, the one text that stands there, or a text that no adapter is called by.
    private static List<string?> Extras(ref MessagePackReader reader)
    {
        List<string?> extras = [];
        for (int left = reader.ReadArray(); left > 0; left--)
        {
            if (reader.Next == MessagePackType.Array && reader.ReadArray() is var keys)
            {
                bool isText = keys == 1 && reader.Next == MessagePackType.Text;
                extras.Add(isText ? reader.ReadText() : keys == 0 ? null : "");
                for (int key = isText ? 1 : 0; key < keys; key++)
                {
                    reader.Skip();
                }
            }
            else
            {
                extras.Add(reader.Next == MessagePackType.Nil ? null : "");
                reader.Skip();
            }
        }

        return extras;
    }

    private static int PlainOf(List<string?>? extras, string? adapter, int blocks)
    {
        int special = extras?.FindIndex(extra => extra is not null && (extra.Length == 0 || extra != adapter)) ?? -1;
        return special < 0 ? blocks : Math.Min(special, blocks);
    }

    private static UInt128[] Hashes(ref MessagePackReader reader)
    {
        var hashes = new UInt128[reader.ReadArray()];
        for (int i = 0; i < hashes.Length; i++)
        {
            hashes[i] = Hash(ref reader);
        }

        return hashes;
    }

    private static UInt128 Hash(ref MessagePackReader reader)
    {
        if (reader.Next == MessagePackType.Whole)
        {
            return (ulong)(reader.ReadWhole() & ulong.MaxValue);
        }

        ReadOnlySpan<byte> bytes = reader.ReadBytes();
        Span<byte> first = stackalloc byte[HashBytes];
        first.Clear();
        bytes[..Math.Min(HashBytes, bytes.Length)].CopyTo(first);
        return BinaryPrimitives.ReadUInt128BigEndian(first);
    }

    private static int Int(Int128 value) =>
        value >= 0 && value <= int.MaxValue ? (int)value : throw new FormatException($"{value} is out of range");
}
