using System.Text;
using Plimsoll.Core;

namespace Plimsoll.Workloads.Traces.Text;

/// <summary>Gives equal bytes the same string most of the time, in fixed memory: names in traces repeat.</summary>
internal sealed class TextPool
{
    private const int Size = 1024;
    private readonly (byte[] Bytes, string Text)[] _slots = new (byte[] Bytes, string Text)[Size];

    /// <summary>The text of these bytes, null for none; bytes that are not UTF-8 become replacement characters.</summary>
    public string? Get(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return null;
        }

        ref (byte[] Bytes, string Text) slot = ref _slots[StableHash.Of(bytes) % Size];
        if (slot.Text is null || !bytes.SequenceEqual(slot.Bytes))
        {
            slot = (bytes.ToArray(), Encoding.UTF8.GetString(bytes));
        }

        return slot.Text;
    }
}
